package dev.midstream.bench.commands;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.OffsetMap;
import java.util.Random;
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

/** Nanoseconds of a look-up at a random position of a list, and after its last command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LookUpBenchmark {
  private static final int DISTANCE = 1_000;
  private static final int POSITIONS = 4_096;

  /** Commands in the list. */
  @Param({"1", "10", "100", "10000"})
  public int edits = 1;

  private final long[] positions = new long[POSITIONS];
  private OffsetMap map = new OffsetMap(new CommandList());
  private int next;

  /** Makes a list of growing and shrinking edits, and the positions to look up. */
  @Setup(Level.Trial)
  public void fill() {
    CommandList commands = new CommandList();
    map = new OffsetMap(commands);
    for (int i = 0; i < edits; i++) {
      Octets octets = Octets.ofText(i % 2 == 0 ? "longer by three" : "short");
      commands.append(i * (long) DISTANCE, 12, octets);
    }
    long end = edits * (long) DISTANCE;
    map.decideTo(end);
    Random random = new Random(edits);
    for (int i = 0; i < POSITIONS; i++) {
      positions[i] = random.nextLong(end);
    }
  }

  /** Maps an original position to the new one. */
  @Benchmark
  public long before() {
    return map.before(nextPosition());
  }

  /** Maps a new acknowledgement to the original one. */
  @Benchmark
  public long acknowledgement() {
    return map.acknowledgement(nextPosition());
  }

  /** As {@link #before}, after the last command, where most segments are. */
  @Benchmark
  public long beforeAtTheFront() {
    return map.before(map.decided() - (next++ & 0xff));
  }

  private long nextPosition() {
    return positions[next++ & (POSITIONS - 1)];
  }
}
