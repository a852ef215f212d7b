package dev.midstream.bench.engine;

import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.ChecksumState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds per full segment, including half an acknowledgement or a whole one; twice the
 * difference is the cost of an acknowledgement. With partial checksums nothing is verified.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:MaxInlineLevel=30",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Inquiry::ask",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Delivery::accept",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.rewrite.HeaderRewrite::rewrite"
    })
public class EngineBenchmark {
  /** The rule, its agent and the order of the segments. */
  @Param public Scenario scenario = Scenario.PATCHING;

  /** Whether TCP checksums are complete, and so verified. */
  @Param public ChecksumState checksum = ChecksumState.PARTIAL;

  /** Whether the server acknowledges every segment, or every second one. */
  @Param({"false"})
  public boolean acknowledgesEach;

  /** What waits for records, which are committed at once. */
  @Param({"NONE"})
  public CommitMode commits = CommitMode.NONE;

  private Traffic traffic =
      new Traffic(Scenario.PATCHING, CommitMode.NONE, ChecksumState.PARTIAL, false);

  /** Opens the conversations. */
  @Setup(Level.Trial)
  public void open() {
    traffic = new Traffic(scenario, commits, checksum, acknowledgesEach);
  }

  /** Sends one round of traffic. */
  @Benchmark
  @OperationsPerInvocation(Traffic.SEGMENTS)
  public long segment() {
    return traffic.round();
  }

  /** Checks that every octet came out. */
  @TearDown(Level.Trial)
  public void check() {
    traffic.check();
  }
}
