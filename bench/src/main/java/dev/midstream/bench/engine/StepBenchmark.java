package dev.midstream.bench.engine;

import dev.midstream.reassembly.commit.CommitLog;
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
 * Nanoseconds to write a step of a connection that sent one full segment since its last record, and
 * to copy it to the log. Records are written at intervals, so that nothing else is measured;
 * without records the figure is what the call costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class StepBenchmark {
  /** What the agent does with the segment. */
  @Param({"PASS", "EDIT_SAME", "EDIT_GROWING"})
  public Scenario scenario = Scenario.PASS;

  /** Whether there are records. */
  @Param({"NONE", "INTERVAL"})
  public CommitMode commits = CommitMode.INTERVAL;

  private Traffic traffic =
      new Traffic(Scenario.PATCHING, CommitMode.NONE, ChecksumState.PARTIAL, false);

  /** Opens the conversations, and writes their whole records. */
  @Setup(Level.Trial)
  public void open() {
    traffic = new Traffic(scenario, commits, ChecksumState.PARTIAL, false);
  }

  /** Sends a segment of each conversation, which is not acknowledged. */
  @Setup(Level.Invocation)
  public void send() {
    traffic.acknowledgeAndSend();
  }

  /** Writes the steps. */
  @Benchmark
  @OperationsPerInvocation(Traffic.CONVERSATIONS)
  public long step() {
    return traffic.rest(CommitLog.INTERVAL_NANOS);
  }

  /** Checks that every octet came out. */
  @TearDown(Level.Trial)
  public void check() {
    traffic.check();
  }
}
