package dev.midstream.bench.scan;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agents.ftp.FtpProvider;
import java.lang.foreign.MemorySegment;
import java.util.Map;
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

  private MemorySegment command = MemorySegment.NULL;
  private MemorySegment reply = MemorySegment.NULL;
  private ConnectedAgent<?> connected = connect();

  /** Opens a connection, and logs in. */
  @Setup(Level.Trial)
  public void open() {
    connected = connect();
    connected.decide(Direction.SERVER_TO_CLIENT, ConnectedAgent.memory("220 ready\r\n"));
    connected.decide(Direction.CLIENT_TO_SERVER, ConnectedAgent.memory("USER anonymous\r\n"));
    connected.decide(
        Direction.SERVER_TO_CLIENT, ConnectedAgent.memory("230 Login successful.\r\n"));
    command = ConnectedAgent.memory(exchange.command);
    reply = ConnectedAgent.memory(exchange.reply);
  }

  /** Shows the command and its reply. */
  @Benchmark
  public int command() {
    int decided = connected.decide(Direction.CLIENT_TO_SERVER, command);
    return reply.byteSize() == 0 ? decided : connected.decide(Direction.SERVER_TO_CLIENT, reply);
  }

  private static ConnectedAgent<?> connect() {
    Map<String, SettingsNode> paths = new TreeMap<>();
    paths.put("allow", new SettingsNode.Scalar("/pub", "f:1"));
    paths.put("home", new SettingsNode.Scalar("/pub", "f:1"));
    Map<String, SettingsNode> entries = new TreeMap<>();
    entries.put("paths", new SettingsNode.Mapping(new TreeMap<>(paths), "f:1"));
    entries.put("read-only", new SettingsNode.Scalar("true", "f:1"));
    SettingsNode.Mapping settings = new SettingsNode.Mapping(new TreeMap<>(entries), "f:1");
    return ConnectedAgent.open(new FtpProvider(), settings, opening());
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
}
