package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine in a JVM of its own, whose heap is far too small for all connections. */
class SmallHeapTest {
  private static final String HALF_OPEN = "half-open";
  private static final String ESTABLISHED = "established";
  private static final String DONE = "done";
  private static final int CONNECTIONS = 150_000;
  private static final int PORTS = 50_000;

  @ParameterizedTest
  @ValueSource(strings = {HALF_OPEN, ESTABLISHED})
  @DisplayName("C-66 H-39 law 6 connections beyond the heap do not exhaust it, and packets pass on")
  void staysWithinTheHeap(String kind) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                kind)
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).endsWith(DONE + System.lineSeparator());
  }

  /** Opens connections, then checks that the first is edited still, and that others pass. */
  public static void main(String[] arguments) {
    Engine engine = engine();
    Talk first = new Talk(engine, Ends.IPV4.withPorts(60_000, 80), 0);
    first.client(0, 1);
    for (int i = 0; i < CONNECTIONS; i++) {
      Ends ends = Ends.IPV4.withPorts(1 + i % PORTS, 1_000 + i / PORTS);
      if (arguments[0].equals(HALF_OPEN)) {
        sendSyn(engine, ends);
      } else {
        new Talk(engine, ends, 0).client(0, 1);
      }
    }
    first.client(1, 100);
    if (first.newReleased() != 4) {
      throw new IllegalStateException("not edited: newReleased=" + first.newReleased());
    }
    Talk last = new Talk(engine, Ends.IPV4.withPorts(60_001, 80), 0);
    last.client(0, 100);
    if (last.newReleased() == 0) {
      throw new IllegalStateException("did not pass: newReleased=" + last.newReleased());
    }
    System.out.println(DONE);
  }

  private static void sendSyn(Engine engine, Ends ends) {
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    byte[] frame = syn.flags(TcpFlags.SYN).sequence(ends.clientIsn()).build();
    Packet packet = Frames.packet(frame, Ends.legOfSender(Direction.CLIENT_TO_SERVER), 0);
    if (engine.onPacket(packet, 0, out -> {}) != Disposition.FORWARD) {
      throw new IllegalStateException("a SYN did not pass");
    }
  }

  private static Engine engine() {
    Rule rule =
        new Rule(
            "all",
            Match.ANY,
            Action.ALLOW,
            "test",
            SimpleAgents.replacingViews("ab"),
            Mode.ENFORCE);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS.withMidStream(Policies.MidStream.PASS),
            EngineLimits.DEFAULTS.within(Runtime.getRuntime().maxMemory()),
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        PooledByteBufAllocator.DEFAULT,
        EventSink.NONE);
  }
}
