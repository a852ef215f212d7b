package dev.midstream.bench.park;

import dev.midstream.reassembly.park.RecordDeadlines;
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

/** Nanoseconds to set, move and poll one of many deadlines at random times. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xms2g", "-Xmx2g"})
public class DeadlineBenchmark {
  private static final long RANGE_NANOS = 1L << 43;

  /** Records with a deadline. */
  @Param({"10000", "1000000"})
  public int records = 10_000;

  private RecordDeadlines deadlines = new RecordDeadlines();
  private long random = 1;

  /** Sets all deadlines. */
  @Setup(Level.Trial)
  public void fill() {
    deadlines = new RecordDeadlines();
    for (int record = 0; record < records; record++) {
      deadlines.set(record, dueAfter(0));
    }
  }

  /** Removes a deadline and sets one, as for a connection that is built again and parked again. */
  @Benchmark
  public long removeAndSet() {
    int record = anyRecord();
    long due = dueAfter(deadlines.nextNanos());
    deadlines.remove(record);
    deadlines.set(record, due);
    return due;
  }

  /** Changes a deadline. */
  @Benchmark
  public long move() {
    long due = dueAfter(deadlines.nextNanos());
    deadlines.set(anyRecord(), due);
    return due;
  }

  /** Polls the next record, and sets its next deadline. */
  @Benchmark
  public int pollAndSet() {
    long now = deadlines.nextNanos();
    int record = deadlines.poll(now);
    deadlines.set(record, dueAfter(now));
    return record;
  }

  private int anyRecord() {
    return (int) (((next() >>> 32) * records) >>> 32);
  }

  private long dueAfter(long nowNanos) {
    return nowNanos + (next() & (RANGE_NANOS - 1));
  }

  private long next() {
    random = random * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL;
    return random ^ (random >>> 33);
  }
}
