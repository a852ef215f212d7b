package dev.midstream.bench.scan;

import dev.midstream.agent.Direction;
import java.lang.foreign.MemorySegment;
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

/** Nanoseconds per command of the agent of SMTP alone, with its reply; each is shown by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class SmtpBenchmark {
  /** Octets of the client, and the reply of the server; the agent replies if there is none. */
  public enum Exchange {
    /** A command that the agent passes. */
    PASSED("NOOP\r\n", "250 2.0.0 Ok\r\n"),
    /** An address that is compared with rules. */
    SENDER("MAIL FROM:<someone@example.com> SIZE=1000\r\n", "250 2.1.0 Ok\r\n"),
    /** An address that the settings forbid. */
    DENIED("MAIL FROM:<someone@evil.org>\r\n", ""),
    /** A reply from which extensions are left out. */
    EHLO("EHLO client.example.com\r\n", SmtpAgents.HELLO),
    /** A segment of the text of a message; there is no reply. */
    TEXT(SmtpAgents.text(1_448), ""),
    /** The same, where lines are searched for a string that does not occur. */
    EDITED_TEXT(SmtpAgents.text(1_448), "");

    private final String sent;
    private final String reply;

    Exchange(String sent, String reply) {
      this.sent = sent;
      this.reply = reply;
    }

    private boolean isText() {
      return this == TEXT || this == EDITED_TEXT;
    }
  }

  /** What is said. */
  @Param public Exchange exchange = Exchange.PASSED;

  private MemorySegment sent = MemorySegment.NULL;
  private MemorySegment reply = MemorySegment.NULL;
  private ConnectedAgent<?> connected = SmtpAgents.connected(false);

  /** Opens a connection, and goes as far as the text of a message if one is measured. */
  @Setup(Level.Trial)
  public void open() {
    connected = SmtpAgents.connected(exchange == Exchange.EDITED_TEXT);
    SmtpAgents.greet(connected);
    if (exchange.isText()) {
      SmtpAgents.beginText(connected);
    }
    sent = ConnectedAgent.memory(exchange.sent);
    reply = ConnectedAgent.memory(exchange.reply);
  }

  /** Shows the octets of the client, and the reply. */
  @Benchmark
  public int exchange() {
    int decided = SmtpAgents.show(connected, Direction.CLIENT_TO_SERVER, sent);
    return reply.byteSize() == 0
        ? decided
        : SmtpAgents.show(connected, Direction.SERVER_TO_CLIENT, reply);
  }
}
