package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Undecided octets at the right edge of a receiver that stalls: no silence ends their hold. */
class WindowedHoldTest {
  /** "ev" is held at the right edge while grown output waits; then the receiver reads. */
  private static final String REOPENED =
      Opening.window(10)
          + """
          c> . 1:11(10) ack 1 "adddddddev"
          >s . 1:11(10) ack 1 "bbbbdddddd"
          >c . 1:1(0) ack 11 win 0
          s> . 1:1(0) ack 11 win 0
          at 1.5s
          >s . 10:10(0) ack 1
          >s . 10:10(0) ack 1
          >s . 10:10(0) ack 1
          s> . 1:1(0) ack 11 win 10
          >c . 1:1(0) ack 11 win 7
          >s . 11:12(1) ack 1 "d"
          """;

  /** "ev" is held, the "i" is missing, and the "l" after it is not kept. */
  private static final String MISSING =
      """
      c> . 1:3(2) ack 1 "ev"
      c> . 4:5(1) ack 1 "l"
      >c . 1:1(0) ack 1
      at 5s
      >c . 1:1(0) ack 3
      """;

  /** Both sides scale by 128, and the window of the server is one unit. */
  private static final String SCALED =
      Opening.of("win 65535 <mss 1460,wscale 7>", "win 128 <mss 1460,wscale 7>", "win 512");

  private static TestEngine growing() {
    return TestEngine.inline("a", "bbbb", "evil", "good");
  }

  private static TestEngine discarding() {
    return TestEngine.inline("evil", "good").outOfOrder(OutOfOrder.DISCARD);
  }

  @Test
  @DisplayName("H-14 law 1 a pattern across the right edge is edited, however long output waits")
  void holdsWhileOutputKeepsOctetsOut() {
    Engine engine =
        growing()
            .run(
                REOPENED
                    + """
                    c> . 11:13(2) ack 1 "il"
                    >s . 12:16(4) ack 1 "good"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 held octets make no window larger than any that the sender has seen")
  void keepsLaterWindowsUseful() {
    growing()
        .run(
            Opening.window(10)
                + """
                c> . 1:11(10) ack 1 "xxxxxxxxev"
                >s . 1:9(8) ack 1 "xxxxxxxx"
                >c . 1:1(0) ack 11 win 10
                s> . 1:1(0) ack 9 win 10
                c> . 11:13(2) ack 1 "il"
                >s . 9:13(4) ack 1 "good"
                """);
  }

  @Test
  @DisplayName("H-14 a window that the limits kept from the sender is none that it has seen")
  void countsNoWindowBeyondTheLimits() {
    TestEngine.inline("evil", "good")
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(10))
        .run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 100 <mss 1460>
            >c S. 0:0(0) ack 1 win 10 <mss 1460>
            c> . 1:1(0) ack 1
            >s same
            c> . 1:3(2) ack 1 "ev"
            at 0.1s
            >c . 1:1(0) ack 3 win 10
            """);
  }

  @Test
  @DisplayName("H-14 HDP-7 the hold time begins when the edge lets octets in")
  void beginsTheHoldTimeWithAnOpenEdge() {
    Engine engine =
        growing()
            .run(
                REOPENED
                    + """
                    s> . 1:1(0) ack 12 win 10
                    >c . 1:1(0) ack 11 win 10
                    at 2.499s
                    nothing
                    at 2.5s
                    >s . 12:14(2) ack 1 "ev"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("H-14 an agent that asks before it holds gets more than the window")
  void extendsTheWindowForANeedOfLaterOctets() {
    LambdaAgent messages =
        LambdaAgent.onClient((view, out) -> {
          boolean header = view.length() > 0 && view.at(0) == 'h';
          if (header || view.length() >= 6) {
            out.pass(header ? 1 : 6);
          }
          out.need(6);
        });
    TestEngine.inline(messages)
        .run(
            Opening.window(4)
                + """
                c> . 1:2(1) ack 1 "h"
                >s same
                s> . 1:1(0) ack 2 win 4
                >c same
                c> . 2:6(4) ack 1 "abcd"
                >c . 1:1(0) ack 6 win 2
                c> . 6:8(2) ack 1 "ef"
                >s . 2:6(4) ack 1 "abcd"
                """);
  }

  @Test
  @DisplayName(
      "H-14 C-63 what exceeds the agent's limit is let in, so that the hold policy decides")
  void letsOctetsBeyondTheHoldLimitIn() {
    Engine engine =
        TestEngine.inline(LambdaAgent.onClient((view, out) -> {}).maxHold(4))
            .onFailure(OnFailure.PASS, OnFailure.RESET)
            .run(
                Opening.window(4)
                    + """
                    c> . 1:5(4) ack 1 "abcd"
                    >c . 1:1(0) ack 5 win 1
                    c> . 5:6(1) ack 1 "e"
                    >s R. 1:1(0) ack 1
                    >c R. 1:1(0) ack 5
                    """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("H-14 HDP-7 no hold time runs while octets that follow a gap were discarded")
  void holdsWhileOctetsAreMissing() {
    Engine engine =
        discarding()
            .open(
                MISSING
                    + """
                    c> . 3:5(2) ack 1 "il"
                    >s . 1:5(4) ack 1 "good"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("C-69 H-14 HDP-7 the hold time runs once octets were missing for 100 s")
  void holdsNoLongerThanAGap() {
    Engine engine =
        discarding()
            .open(
                MISSING
                    + """
                    at 100.999s
                    nothing
                    at 101s
                    >s . 1:3(2) ack 1 "ev"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("H-14 no hold time runs while there is room for less than half an odd window")
  void roundsHalfAWindowUp() {
    Engine engine =
        TestEngine.inline("a", "bbbbbbbb", "evil", "good")
            .run(
                Opening.window(5)
                    + """
                    c> . 1:4(3) ack 1 "aev"
                    >s . 1:6(5) ack 1 "bbbbb"
                    at 0.1s
                    >c . 1:1(0) ack 4 win 2
                    at 1.1s
                    >s P. 1:6(5) ack 1 "bbbbb"
                    at 2s
                    nothing
                    s> . 1:1(0) ack 6 win 5
                    >s . 6:9(3) ack 1 "bbb"
                    >c . 1:1(0) ack 4 win 5
                    c> . 4:6(2) ack 1 "il"
                    >s . 9:11(2) ack 1 "go"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 HDP-7 no hold time runs while octets that follow found no room")
  void holdsWhileTheNextOctetsAreRefused() {
    Engine engine =
        TestEngine.inline(LambdaAgent.onClient((view, out) -> {}).withFlush())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:1461(1460) ack 1
                c> . 1461:1462(1) ack 1
                at 0.2s
                >c . 1:1(0) ack 1462
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                at 5s
                nothing
                """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 HDP-7 law 1 no hold time runs while octets after a gap find no room")
  void holdsWhileOctetsAfterAGapAreRefused() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                MISSING
                    + """
                    c> . 3:5(2) ack 1 "il"
                    >s . 1:5(4) ack 1 "good"
                    """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 C-67 law 1 no hold time runs while octets wait for a receiver to be heard")
  void holdsWhileNoReceiverIsHeard() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(6))
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> . 1:9(8) ack 1 "xxxxxxev"
                >s . 1:7(6) ack 1 "xxxxxx" win 6
                c> . 9:11(2) ack 1 "il"
                nothing
                at 2.9s
                nothing
                at 3s
                c> . 9:11(2) ack 1 "il"
                >s . 7:11(4) ack 1 "good"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 H-27 a need beyond a scaled window gets an open window")
  void opensAScaledWindowForANeed() {
    TestEngine.inline(HoldingAgents.needing(150))
        .run(
            SCALED
                + """
                c> . 1:129(128) ack 1 win 512
                >c . 1:1(0) ack 129 win 1
                c> . 129:151(22) ack 1 win 512
                >s . 1:129(128) ack 1 win 512
                """);
  }

  @Test
  @DisplayName("H-14 H-27 no hold time runs while only rounding keeps the window from being closed")
  void holdsWhileOnlyRoundingIsLeft() {
    Engine engine =
        TestEngine.inline("a", "b".repeat(200), "evil", "good")
            .run(
                SCALED
                    + """
                    c> . 1:81(80) ack 1 "%sev"
                    >s . 1:129(128) ack 1 win 32768
                    at 0.1s
                    >c . 1:1(0) ack 81 win 1
                    c> . 81:129(48) ack 1 "%sev"
                    at 0.2s
                    >c . 1:1(0) ack 129 win 0
                    at 1.1s
                    >s P. 1:129(128) ack 1
                    at 2s
                    nothing
                    """
                        .formatted("a" + "x".repeat(77), "x".repeat(46)));
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("H-14 H-17 octets of an agent that needs no more than the window wait for custody")
  void waitsForANeedWithinTheWindow() {
    TestEngine.inline(HoldingAgents.needing(30))
        .run(
            Opening.window(30)
                + """
                c> . 1:11(10) ack 1
                at 0.099s
                nothing
                at 0.100s
                >c . 1:1(0) ack 11 win 20
                """);
  }

  @Test
  @DisplayName("H-14 a need just beyond the window opens half a window more, not an octet or two")
  void opensMoreThanASmallNeed() {
    TestEngine.inline(HoldingAgents.needing(70))
        .run(
            Opening.window(100)
                + """
                c> . 1:61(60) ack 1
                at 0.100s
                >c . 1:1(0) ack 61 win 90
                """);
  }

  @Test
  @DisplayName("H-14 what a probe tells the sender of held octets is repeated at a right number")
  void repeatsWhatAProbeTells() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            s> . 1:5(4) ack 1 "xyca"
            >c . 1:3(2) ack 1 "xy"
            c> . 0:0(0) ack 3
            >s . 0:0(0) ack 3
            >s . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-14 CWR on a probe is nothing that an acknowledgement after it could tell")
  void repeatsNoCwrOfAProbe() {
    TestEngine.inline("cat", "mouse")
        .run(
            Opening.window(4)
                + """
                c> . 1:5(4) ack 1 "abcd"
                >s same
                s> E. 1:5(4) ack 5 win 0 "xyca"
                >c E. 1:3(2) ack 5 win 0 "xy"
                c> . 5:5(0) ack 3
                >s . 5:5(0) ack 3
                c> W. 5:6(1) ack 3 "e"
                >s W. 4:4(0) ack 3
                """);
  }
}
