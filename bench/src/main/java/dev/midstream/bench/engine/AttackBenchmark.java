package dev.midstream.bench.engine;

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
 * Nanoseconds for one packet after an attack was prepared, beside an ordinary packet of the same
 * kind. None may cost more than 20 times the ordinary one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class AttackBenchmark {
  /** What was prepared. */
  @Param public Attack attack = Attack.REPEATED_SEGMENT;

  private AttackTraffic traffic = new AttackTraffic(Attack.REPEATED_SEGMENT);

  /** Prepares the connection. */
  @Setup(Level.Trial)
  public void prepare() {
    traffic = new AttackTraffic(attack);
  }

  /** Sends one packet. */
  @Benchmark
  public long packet() {
    return traffic.measure();
  }
}
