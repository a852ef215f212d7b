package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.Unmoved;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The total limit of stored octets. */
class MemoryBudgetTest {

  @Test
  @DisplayName("H-39 C-65 at the total limit held octets are acknowledged, and reset in the end")
  void resetsHeldOctetsWithoutRoom() {
    TestEngine ends =
        TestEngine.inline(LineAgents.passing()).limits(EngineLimits.DEFAULTS.withTotalBytes(100));
    Engine engine =
        ends.open(
            """
            at 50s
            c> . 1:1461(1460) ack 1
            c> . 1461:1462(1) ack 1
            at 50.2s
            >c . 1:1(0) ack 1462
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            at 60s
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            at 150.2s
            c> . 1462:1562(100) ack 1
            >s R. 1:1(0) ack 1
            >c R. 1:1(0) ack 1462
            """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isEqualTo(3);
    assertThat(ends.events()).contains(Reason.TOTAL_LIMIT, Reason.HOLD_LIMIT);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-39 C-65 the time without room begins when the first octets find none")
  void waitsWhereRoomWasNotMissingBefore() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:1461(1460) ack 1
                c> . 1461:1462(1) ack 1
                at 0.2s
                >c . 1:1(0) ack 1462
                at 200s
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                at 299.999s
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                at 300s
                c> . 1462:1562(100) ack 1
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1462
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("H-39 C-65 the time without room begins when the receiver acknowledges")
  void waitsForAReceiverThatWasSilent() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:3(2) ack 1 "a\\n"
                >s same
                c> . 3:1461(1458) ack 1
                c> . 1461:2921(1460) ack 1
                at 0.1s
                >c . 1:1(0) ack 2921
                c> . 2921:2922(1) ack 1
                >c . 1:1(0) ack 2921
                at 0.9s
                s> . 1:1(0) ack 3
                c> . 2921:2922(1) ack 1
                >c . 1:1(0) ack 2921
                at 100.899s
                c> . 2921:2922(1) ack 1
                >c . 1:1(0) ack 2921
                at 100.9s
                c> . 2921:2922(1) ack 1
                >s R. 3:3(0) ack 1
                >c R. 1:1(0) ack 2921
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-65 H-19 no hold policy while a silent receiver keeps the agent from being called")
  void waitsForASilentReceiver() {
    TestEngine.inline("cat", "dog")
        .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
        .open(
            """
            c> . 1:1461(1460) ack 1
            >s . 1:1461(1460) ack 1
            c> . 1461:1462(1) ack 1
            at 0.1s
            >c . 1:1(0) ack 1462
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            """
                + sentAt("1.1s", "3.1s", "7.1s", "15.1s", "31.1s", "63.1s")
                + """
                at 101s
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                s> . 1:1(0) ack 1461
                >c . 1:1(0) ack 1462 win 65534
                >s . 1461:1462(1) ack 1
                c> . 1462:1562(100) ack 1
                >s . 1462:1562(100) ack 1
                """);
  }

  @Test
  @Unmoved("chunks of moved octets are filled anew, which leaves other spare memory")
  @DisplayName("C-65 H-19 no hold policy while unacknowledged output leaves no room after a hold")
  void waitsForASilentReceiverThatKeepsLessThanAShare() {
    Engine engine =
        TestEngine.inline("cat", "dog")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(16_000))
            .open(
                """
                c> . 1:1461(1460) ack 1
                >s . 1:1461(1460) ack 1
                c> . 1461:2921(1460) ack 1
                >s . 1461:2921(1460) ack 1
                c> . 2921:2922(1) ack 1 "c"
                at 0.1s
                >c . 1:1(0) ack 2922
                c> . 2922:4382(1460) ack 1
                >c . 1:1(0) ack 2922
                """
                    + sentAt("1.1s", "3.1s", "7.1s", "15.1s", "31.1s", "63.1s")
                    + """
                    at 101s
                    c> . 2922:4382(1460) ack 1
                    >c . 1:1(0) ack 2922
                    s> . 1:1(0) ack 2921
                    >c . 1:1(0) ack 2922 win 65534
                    c> . 2922:3222(300) ack 1
                    >s . 2921:3222(301) ack 1
                    """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  private static String sentAt(String... times) {
    StringBuilder script = new StringBuilder();
    for (String time : times) {
      script.append("at ").append(time).append("\n>s P. 1:537(536) ack 1\n");
    }
    return script.toString();
  }

  @ParameterizedTest
  @EnumSource(Vantage.class)
  @DisplayName("H-39 C-65 at the total limit further monitored connections are not inspected")
  void monitorsWithinTheTotal(Vantage vantage) {
    Engine engine =
        TestEngine.of(LineAgents.passing())
            .mode(Mode.MONITOR)
            .vantage(vantage)
            .limits(EngineLimits.DEFAULTS.withTotalBytes(20_000))
            .engine();
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 50; port++) {
      script
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> . 1:1001(1000) ack 1\n>s same");
      assertThat(engine.budget().usedBytes()).isLessThanOrEqualTo(20_000);
    }
    assertThat(engine.budget().usedBytes()).isPositive();
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("H-38 C-65 unreported octets after a gap give way to octets in order, the farthest")
  void givesWayToOctetsInOrder() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(30_000))
            .engine();
    Script script = Scripts.of(engine);
    script
        .between(Ends.IPV4.withPorts(1, 80))
        .run(
            TestEngine.OPEN
                + """
                c> . 1001:9001(8000) ack 1
                >c . 1:1(0) ack 1 <>
                c> . 12001:14001(2000) ack 1
                >c . 1:1(0) ack 1 <>
                """);
    assertThat(engine.budget().usedBytes()).isBetween(2 * 8_192L, 2 * 8_192L + 1_000);
    script
        .between(Ends.IPV4.withPorts(2, 80))
        .run(TestEngine.OPEN + "c> . 1:8001(8000) ack 1\n>s same\n");
    assertThat(engine.budget().usedBytes()).isBetween(8_192L + 8_000, 8_192L + 9_000);
    assertThat(engine.counters().of(Reason.GAVE_WAY)).isOne();
  }

  @Test
  @DisplayName("H-38 C-65 gaps of monitored connections leave a half of the memory to others")
  void monitorsGapsWithinAShare() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .mode(Mode.MONITOR)
            .limits(EngineLimits.DEFAULTS.withTotalBytes(200_000))
            .engine();
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 20; port++) {
      script
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> . 2:20002(20000) ack 1\n>s same");
    }
    assertThat(engine.budget().usedBytes()).isBetween(40_000L, 100_000L);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-65 law 1 the known octets of a segment leave again although its rest is refused")
  void retransmitsKnownOctetsWithoutRoomForTheRest() {
    Engine engine =
        TestEngine.inline(SimpleAgents.replacingViews("g".repeat(1_200)))
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:3(2) ack 1 "ab"
                >s . 1:537(536) ack 1
                >s . 537:1073(536) ack 1
                >s . 1073:1201(128) ack 1
                s> . 1:1(0) ack 537
                at 1s
                c> FP. 1:7(6) ack 1 "abcdef"
                >s . 537:1073(536) ack 1
                >s P. 1073:1201(128) ack 1
                """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
  }

  @Test
  @DisplayName("H-38 C-65 law 6 of a segment larger than the MSS one MSS is accepted without room")
  void acceptsOneMssOfALargerSegment() {
    Engine engine =
        TestEngine.inline("cat", "dog")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open("c> FP. 1:9001(9000) ack 1\n>s . 1:1461(1460) ack 1\n");
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
    assertThat(engine.budget().usedBytes()).isEqualTo(1_460);
  }

  @Test
  @DisplayName("H-39 C-65 a recording accepts what is next although the memory is used up")
  void acceptsRecordedOctetsBeyondTheTotal() {
    Engine engine =
        TestEngine.of("cat", "dog")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:1461(1460) ack 1
                >s same
                c> . 1461:1463(2) ack 1 "ca"
                c> . 1463:2923(1460) ack 1
                >s . 1461:2921(1460) ack 1
                >s . 2921:2923(2) ack 1
                c> . 2923:4383(1460) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isZero();
  }

  @Test
  @DisplayName("H-38 C-67 segments in mid-stream without acknowledgements stay within the total")
  void picksUpWithinTheTotal() {
    int total = 1_000_000;
    Engine engine =
        TestEngine.inline("cat", "dog")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(total))
            .midStream(MidStream.PICK_UP)
            .engine();
    for (int port = 1; port <= 100; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      FrameBuilder client = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).flags(TcpFlags.ACK);
      client.acknowledgement(1).payload(Octets.of(new byte[1_000]));
      for (int i = 0; i < 40; i++) {
        Packet packet = Frames.packet(client.sequence(1 + 1_000 * i).build(), Leg.INSIDE, 0);
        engine.onPacket(packet, 0, _ -> {});
      }
    }
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(engine.budget().peakBytes()).isLessThanOrEqualTo(total);
  }

  @Test
  @DisplayName("H-39 C-65 the time without room begins anew when a receiver has kept what takes it")
  void waitsAnewAfterASilentReceiver() {
    Engine engine =
        answeringTheServer(
            """
            c> . 1:1461(1460) ack 1
            c> . 1461:1462(1) ack 1
            at 0.2s
            >c . 1:1(0) ack 1462
            at 1s
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            at 2s
            s> P. 1:2(1) ack 1 "x"
            >c P. 1:2(1) ack 1462 "x"
            >s P. 1:2(1) ack 1 "R"
            c> . 1462:1462(0) ack 2
            >s . 2:2(0) ack 2
            at 3s
            >s P. 1:2(1) ack 2 "R"
            at 5s
            >s P. 1:2(1) ack 2 "R"
            at 9s
            >s P. 1:2(1) ack 2 "R"
            at 17s
            >s P. 1:2(1) ack 2 "R"
            at 33s
            >s P. 1:2(1) ack 2 "R"
            at 65s
            >s P. 1:2(1) ack 2 "R"
            at 90s
            c> . 1462:1562(100) ack 2
            >c . 2:2(0) ack 1462
            at 95s
            s> . 2:2(0) ack 2
            at 102s
            c> . 1462:1562(100) ack 2
            >c . 2:2(0) ack 1462
            """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  /** Plays to an engine of 100 octets; its agent needs the client's and answers the server's. */
  private static Engine answeringTheServer(String script) {
    return TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                SimpleAgents.pass(view, out);
                out.reply(direction.opposite(), Octets.ofText("R"));
              }
            }))
        .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
        .open(script);
  }
}
