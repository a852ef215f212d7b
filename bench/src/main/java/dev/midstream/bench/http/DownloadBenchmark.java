package dev.midstream.bench.http;

import dev.midstream.agents.http.HttpProvider;
import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.scan.ConnectedAgent;
import dev.midstream.reassembly.Engine;
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

/** Nanoseconds per full segment of a download, including half an acknowledgement. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:MaxInlineLevel=30",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Inquiry::ask",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Delivery::accept",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.rewrite.HeaderRewrite::rewrite"
    })
public class DownloadBenchmark {
  /** The agent, and the length of the response. */
  public enum Transfer {
    /** A counted body through an agent that passes every octet. */
    PASSED,
    /** The same through the agent of HTTP. */
    COUNTED,
    /** Chunks of 8 KiB through an agent that passes every octet. */
    PASSED_CHUNKS,
    /** The same through the agent of HTTP. */
    CHUNKS,
    /** A counted body that the agent of HTTP searches for a text that it never has. */
    SEARCHED
  }

  /** Octets that may wait for the next block of a body that is searched. */
  private static final long MOST_HELD = 32_768;

  /** What is downloaded, through which agent. */
  @Param public Transfer transfer = Transfer.PASSED;

  private Download download = newDownload();

  private Download newDownload() {
    Engine engine =
        switch (transfer) {
          case PASSED, PASSED_CHUNKS -> Scenario.PASS.newEngine();
          case COUNTED, CHUNKS ->
              Scenario.newEngine(
                  ConnectedAgent.agent(new HttpProvider(), HttpSettingsNodes.none()));
          case SEARCHED ->
              Scenario.newEngine(
                  ConnectedAgent.agent(new HttpProvider(), HttpSettingsNodes.replacing()));
        };
    return new Download(engine, transfer == Transfer.CHUNKS || transfer == Transfer.PASSED_CHUNKS);
  }

  /** Opens the connection. */
  @Setup(Level.Trial)
  public void open() {
    download = newDownload();
  }

  /** Downloads the next segments. */
  @Benchmark
  @OperationsPerInvocation(Download.SEGMENTS)
  public long segment() {
    return download.round();
  }

  /** Checks that every octet came out. */
  @TearDown(Level.Trial)
  public void check() {
    download.check(transfer == Transfer.SEARCHED ? MOST_HELD : 0);
  }
}
