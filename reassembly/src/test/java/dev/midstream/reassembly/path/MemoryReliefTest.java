package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many receivers that acknowledge nothing of what agents made for them. */
class MemoryReliefTest {
  private static final int TOTAL_BYTES = 1 << 20;
  private static final int REPLY_BYTES = 1 << 16;
  private static final int SILENT = 300;
  private static final int STEP_BYTES = 200;

  /** What buffers take beside the octets of a reply. */
  private static final int OVERHEAD_BYTES = 1 << 16;

  private static final EngineLimits LIMITS =
      EngineLimits.DEFAULTS.withTotalBytes(TOTAL_BYTES).withCommands(100);

  private final Engine engine = TestEngine.inline(answering()).limits(LIMITS).engine();
  private final Script script = new Script(engine);

  /** Deletes each request and answers it at length. */
  private static LambdaAgent answering() {
    Octets reply = Octets.of(new byte[REPLY_BYTES]);
    return LambdaAgent.by((direction, view, out) -> {
      out.drop(view.length());
      out.reply(direction.opposite(), reply);
    });
  }

  private static Ends ends(int number) {
    return Ends.IPV4.withPorts(1_000 + number, 80);
  }

  private void openAll() {
    for (int i = 0; i <= SILENT; i++) {
      script.between(ends(i)).run(Opening.PLAIN);
    }
  }

  private void request(int number) {
    send(number, 1, Octets.ofText("deny"), 1);
  }

  private void send(int number, int sequence, Octets octets, int acknowledgement) {
    FrameBuilder client = new FrameBuilder(ends(number), Direction.CLIENT_TO_SERVER);
    client.flags(TcpFlags.ACK).window(65_535);
    client.sequence(ends(number).clientIsn() + sequence).payload(octets);
    client.acknowledgement(ends(number).serverIsn() + acknowledgement);
    engine.onPacket(Frames.packet(client.build(), Leg.INSIDE, 0), 0, _ -> {});
  }

  private Map<String, Connection> known() {
    Map<String, Connection> known = new TreeMap<>();
    engine.forEachConnection(connection -> known.put(connection.name(), connection));
    return known;
  }

  private List<ConnectionState> states() {
    return new ArrayList<>(known().values().stream().map(Connection::state).toList());
  }

  @Test
  @DisplayName("H-38 C-65 law 6 agents' output for silent receivers stays within the total")
  void resetsSilentReceivers() {
    openAll();
    for (int i = 0; i <= SILENT; i++) {
      request(i);
    }
    assertThat(engine.budget().peakBytes())
        .isLessThan(TOTAL_BYTES + LIMITS.excessBytes() + REPLY_BYTES + OVERHEAD_BYTES);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isGreaterThan(SILENT / 2);
    // The first ones filled up before there was pressure. Their timers make them known.
    assertThat(states().subList(SILENT / 4, SILENT / 2)).containsOnly(ConnectionState.TOMBSTONE);
    assertThat(states().getLast()).isEqualTo(ConnectionState.ESTABLISHED);
  }

  @Test
  @DisplayName("H-38 C-65 a receiver that acknowledges is kept among silent ones")
  void keepsWhoAcknowledges() {
    openAll();
    request(0);
    for (int i = 1; i <= SILENT; i++) {
      request(i);
      send(0, 5, Octets.empty(), 1 + i * STEP_BYTES);
    }
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(states().getFirst()).isEqualTo(ConnectionState.ESTABLISHED);
  }
}
