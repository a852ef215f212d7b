package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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

/** Nanoseconds per command of the agent of FTP alone, with its reply; each is shown by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class FtpBenchmark {
  /** A command, and the reply of the server; the agent replies if there is none. */
  public enum Exchange {
    /** A command that the agent passes. */
    PASSED("NOOP\r\n", "200 NOOP ok.\r\n"),
    /** A command with a path, while paths are followed. */
    PATH("RETR ../pub/a/file\r\n", "226 Transfer complete.\r\n"),
    /** A command that the settings forbid. */
    DENIED("DELE file\r\n", ""),
    /** An address of a client that the server knows by another one. */
    PORT("PORT 10,0,0,1,195,80\r\n", "200 PORT command successful.\r\n"),
    /** An address of a server that the client knows by another one. */
    PASV("PASV\r\n", "227 Entering Passive Mode (10,0,200,2,195,80).\r\n");

    private final String command;
    private final String reply;

    Exchange(String command, String reply) {
      this.command = command;
      this.reply = reply;
    }
  }

  /** What is said. */
  @Param public Exchange exchange = Exchange.PASSED;

  private static final List<AgentReason> REASONS = new FtpProvider().reasons();

  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private MemorySegment command = MemorySegment.NULL;
  private MemorySegment reply = MemorySegment.NULL;
  private Connected<?> connected = new Connected<>(agent());

  /** Opens a connection, and logs in. */
  @Setup(Level.Trial)
  public void open() {
    connected = new Connected<>(agent());
    decide(Direction.SERVER_TO_CLIENT, memory("220 ready\r\n"));
    decide(Direction.CLIENT_TO_SERVER, memory("USER anonymous\r\n"));
    decide(Direction.SERVER_TO_CLIENT, memory("230 Login successful.\r\n"));
    command = memory(exchange.command);
    reply = memory(exchange.reply);
  }

  /** Shows the command and its reply. */
  @Benchmark
  public int command() {
    int decided = decide(Direction.CLIENT_TO_SERVER, command);
    return reply.byteSize() == 0 ? decided : decide(Direction.SERVER_TO_CLIENT, reply);
  }

  private int decide(Direction direction, MemorySegment octets) {
    int length = (int) octets.byteSize();
    view.show(octets, 0, length, 0);
    batch.open(length, false, REASONS);
    connected.show(direction, view, batch);
    if (batch.decidedOctets() != length) {
      throw new IllegalStateException("undecided octets in " + exchange);
    }
    return length;
  }

  private static MemorySegment memory(String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment memory = Arena.ofAuto().allocate(octets.length, Long.BYTES);
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    return memory;
  }

  private static Agent<?> agent() {
    Map<String, SettingsNode> paths = new TreeMap<>();
    paths.put("allow", new SettingsNode.Scalar("/pub", "f:1"));
    paths.put("home", new SettingsNode.Scalar("/pub", "f:1"));
    Map<String, SettingsNode> entries = new TreeMap<>();
    entries.put("paths", new SettingsNode.Mapping(new TreeMap<>(paths), "f:1"));
    entries.put("read-only", new SettingsNode.Scalar("true", "f:1"));
    SettingsNode settings = new SettingsNode.Mapping(new TreeMap<>(entries), "f:1");
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(new FtpProvider().create(reader));
  }

  private static Opening opening() {
    return new Opening(
        end(0, 1, 40_000),
        end(0, 2, 21),
        end(200, 1, 40_000),
        end(200, 2, 21),
        Opening.Start.WHOLE,
        true,
        Octets.empty());
  }

  private static Endpoint end(int network, int host, int port) {
    return new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) network, (byte) host), port);
  }

  /** An agent with the state of one connection. */
  private static final class Connected<S> {
    private final Agent<S> agent;
    private S state;

    Connected(Agent<S> agent) {
      this.agent = agent;
      state = agent.newConnection(opening());
    }

    void show(Direction direction, MemoryView view, DecisionBatch batch) {
      state = agent.onOctets(state, direction, view, batch);
    }
  }
}
