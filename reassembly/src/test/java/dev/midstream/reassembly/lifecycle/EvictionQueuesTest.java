package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections give way in a full table. */
class EvictionQueuesTest {
  private final Engine engine =
      TestEngine.inline("Hello", "Hi").limits(EngineLimits.DEFAULTS.withConnections(2)).engine();

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-66 H-39 a connection that one host makes up alone, handshake and all, gives way")
  void evictsForgedHandshakes(Leg leg) {
    for (int port = 1; port <= 2; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      int client = ends.clientIsn();
      int server = ends.serverIsn();
      send(ends, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, client, 0, leg);
      send(ends, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, server, client + 1, leg);
      send(ends, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, client + 1, server + 1, leg);
      send(ends, Direction.SERVER_TO_CLIENT, TcpFlags.ACK, server + 1, client + 1, leg);
    }
    Script script = Scripts.of(engine);
    for (int port = 3; port <= 4; port++) {
      script
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    }
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isEqualTo(2);
  }

  private void send(
      Ends ends, Direction sender, int flags, int sequence, int acknowledgement, Leg leg) {
    FrameBuilder frame = new FrameBuilder(ends, sender).flags(flags).sequence(sequence);
    frame.acknowledgement(acknowledgement);
    engine.onPacket(Frames.packet(frame.build(), leg, 0), 0, packet -> {});
  }
}
