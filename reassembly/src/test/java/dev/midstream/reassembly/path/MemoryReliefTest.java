package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
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
  private static final int REPLY_KIB = 64;
  private static final int REPLY_BYTES = REPLY_KIB << 10;
  private static final int SILENT = 400;
  private static final int STEP_BYTES = 5_000;

  /** What buffers take beside the octets of a reply. */
  private static final int OVERHEAD_BYTES = 1 << 16;

  private static final EngineLimits LIMITS =
      EngineLimits.DEFAULTS.withTotalBytes(TOTAL_BYTES).withCommands(100);

  private static final Expectation DATA =
      Expectation.of(
          Direction.CLIENT_TO_SERVER,
          new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), 2_000),
          new Handler.Rule("all"));

  private final Engine engine = TestEngine.inline(answering()).limits(LIMITS).engine();
  private final Script script = Scripts.of(engine);

  /** Deletes each request and answers it with as many KiB as its first octet says. */
  private static LambdaAgent answering() {
    return LambdaAgent.by((direction, view, out) -> {
      out.expect(DATA);
      out.reply(direction.opposite(), Octets.of(new byte[view.at(0) << 10]));
      out.drop(view.length());
    });
  }

  private static Ends ends(int number) {
    return Ends.IPV4.withPorts(1_000 + number, 80);
  }

  private void openAll() {
    openTo(SILENT + 1);
  }

  private void openTo(int end) {
    for (int i = 0; i < end; i++) {
      script.between(ends(i)).run(Opening.PLAIN);
    }
  }

  private void request(int number) {
    request(number, REPLY_KIB);
  }

  private void request(int number, int kib) {
    send(number, 1, Octets.of(new byte[] {(byte) kib}), 1);
  }

  private void acknowledge(int number, int octets) {
    send(number, 2, Octets.empty(), 1 + octets);
  }

  private void send(int number, int sequence, Octets octets, int acknowledgement) {
    FrameBuilder client = new FrameBuilder(ends(number), Direction.CLIENT_TO_SERVER);
    client.flags(TcpFlags.ACK).window(65_535);
    client.numbers(sequence, acknowledgement).payload(octets);
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
      acknowledge(0, Math.min(i * STEP_BYTES, REPLY_BYTES - 1));
    }
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(states().getFirst()).isEqualTo(ConnectionState.ESTABLISHED);
  }

  @Test
  @DisplayName("H-38 C-65 a receiver is kept that acknowledged before there was pressure")
  void keepsTheReceiverThatAcknowledgedBefore() {
    openAll();
    request(0);
    for (int i = 1; i <= 10; i++) {
      request(i, 20);
    }
    acknowledge(0, 1);
    for (int i = 1; i <= 10; i++) {
      acknowledge(i, 14_600);
      acknowledge(i, 20_480);
    }
    engine.onTimer(1_000_000, _ -> {});
    assertThat(engine.budget().isUnderPressure()).isFalse();
    acknowledge(0, 14_600);
    for (int i = 11; i <= SILENT; i++) {
      request(i, REPLY_KIB / 2);
    }
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(states().getFirst()).isEqualTo(ConnectionState.ESTABLISHED);
  }

  @Test
  @DisplayName("H-38 C-65 a few octets at a time are no progress")
  void resetsTricklingReceivers() {
    openAll();
    request(0);
    for (int i = 1; i <= SILENT; i++) {
      request(i, REPLY_KIB / 2);
      for (int j = 1; j < i; j++) {
        acknowledge(j, i - j);
      }
      if (i % 10 == 0) {
        acknowledge(0, Math.min(i / 10 * STEP_BYTES, REPLY_BYTES - 1));
      }
    }
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(states().getFirst()).isEqualTo(ConnectionState.ESTABLISHED);
  }

  @Test
  @DisplayName("H-38 C-65 law 6 connections that keep nothing any more hide no silent receiver")
  void looksBeyondThoseThatKeepNothing() {
    int small = 500;
    openTo(small + SILENT);
    for (int i = 0; i < small; i++) {
      request(i, 1);
    }
    assertThat(engine.budget().isUnderPressure()).isTrue();
    for (int i = 0; i < small; i++) {
      acknowledge(i, 1 << 10);
    }
    assertThat(engine.budget().usedBytes()).isZero();
    for (int i = small; i < small + SILENT; i++) {
      request(i);
    }
    assertThat(engine.budget().peakBytes())
        .isLessThan(TOTAL_BYTES + LIMITS.excessBytes() + REPLY_BYTES);
  }

  @Test
  @DisplayName("H-38 what a connection expects ends when it is reset for others")
  void endsExpectations() {
    openAll();
    for (int i = 0; i <= SILENT; i++) {
      request(i);
    }
    engine.onTimer(0, _ -> {});
    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET))
        .isEqualTo(engine.counters().of(Reason.TOTAL_LIMIT));
  }
}
