package dev.midstream.bench.park;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds to read a random place of the memory, whose address the read before decides. A
 * look-up of {@link RecordBenchmark} needs two such reads: of the index, and of the record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xms4g", "-Xmx4g"})
public class MemoryBenchmark {
  private static final int CHUNK_BITS = 16;

  /** As much as the index and the records of 10 million connections take. */
  @Param({"120", "1200"})
  public int mebibytes = 1;

  private byte[][] chunks = {};
  private long random = 1;

  /** Takes the memory. */
  @Setup(Level.Trial)
  public void fill() {
    chunks = new byte[mebibytes << (20 - CHUNK_BITS)][1 << CHUNK_BITS];
  }

  /** Reads one octet. */
  @Benchmark
  public long read() {
    int chunk = (int) (((random >>> Integer.SIZE) * chunks.length) >>> Integer.SIZE);
    int place = (int) random & ((1 << CHUNK_BITS) - 1);
    random = random * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL + chunks[chunk][place];
    random ^= random >>> 29;
    return random;
  }
}
