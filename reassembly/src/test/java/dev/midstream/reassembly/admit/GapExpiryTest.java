package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Gaps that are not filled. */
class GapExpiryTest {
  @Test
  @DisplayName("C-69 H-3 octets after a gap are forgotten after 100 s, reported or not")
  void forgetsOctetsAfterAGap() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .open(
                """
                c> . 4:7(3) ack 1 "cat"
                >c . 1:1(0) ack 1 <sack 4:7>
                at 99.9s
                c> . 10:11(1) ack 1 "s"
                >c . 1:1(0) ack 1 <sack 10:11 4:7>
                at 100.0s
                nothing
                c> F. 7:11(4) ack 1 "cats"
                >c . 1:1(0) ack 1 <sack 7:11>
                c> . 1:7(6) ack 1 "a cut "
                >s F. 1:13(12) ack 1 "a cut mouses"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("C-69 H-3 the time begins when the first octets after the gap are kept")
  void beginsWithTheFirstReport() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(500).withTotalBytes(Long.MAX_VALUE))
            .run(
                """
                c> S 0:0(0) <mss 1460,sackOK>
                >s same
                s> S. 0:0(0) ack 1 win 500 <mss 1460,sackOK>
                >c same
                c> . 1:1(0) ack 1
                >s same
                c> . 11:511(500) ack 1
                >c . 1:1(0) ack 1 win 500
                at 80s
                c> . 4:7(3) ack 1 "cat"
                >c . 1:1(0) ack 1 win 500 <sack 4:7>
                at 170s
                c> . 1:4(3) ack 1 "a b"
                >s . 1:9(8) ack 1 "a bmouse"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("C-69 HDP-7 the hold time runs once octets before a FIN were missing for 100 s")
  void beginsTheHoldTimeBeforeAFin() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .open(
                """
                c> . 1:3(2) ack 1 "ev"
                c> F. 5:5(0) ack 1
                at 5s
                >c . 1:1(0) ack 3
                at 100.999s
                nothing
                at 101s
                >s . 1:3(2) ack 1 "ev"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("C-69 HDP-7 the hold time waits for octets that came, and were forgotten")
  void holdsUntilForgottenOctetsComeAgain() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .open(
                """
                c> . 3:5(2) ack 1 "il"
                >c . 1:1(0) ack 1 <sack 3:5>
                at 100s
                nothing
                at 150s
                c> . 1:3(2) ack 1 "ev"
                at 150.1s
                >c . 1:1(0) ack 3
                at 240s
                nothing
                c> . 3:5(2) ack 1 "il"
                >s . 1:5(4) ack 1 "good"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("C-69 HDP-7 the hold time waits for forgotten octets for 100 s more")
  void holdsForForgottenOctetsForALimitedTime() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .open(
                """
                c> . 3:5(2) ack 1 "il"
                >c . 1:1(0) ack 1 <sack 3:5>
                at 150s
                c> . 1:3(2) ack 1 "ev"
                at 150.1s
                >c . 1:1(0) ack 3
                at 250.999s
                nothing
                at 251s
                >s . 1:3(2) ack 1 "ev"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("C-69 HDP-7 octets in order hold no longer for octets that never come again")
  void holdsForForgottenOctetsOnce() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .open(
                """
                c> . 1001:1002(1) ack 1 "x"
                >c . 1:1(0) ack 1 <sack 1001:1002>
                at 150s
                c> . 1:2(1) ack 1 "e"
                at 150.1s
                >c . 1:1(0) ack 2
                at 220s
                c> . 2:3(1) ack 1 "v"
                at 220.1s
                >c . 1:1(0) ack 3
                at 250.999s
                nothing
                at 251s
                >s . 1:3(2) ack 1 "ev"
                s> . 1:1(0) ack 3
                >c same
                at 260s
                c> . 3:4(1) ack 1 "e"
                at 260.1s
                >c . 1:1(0) ack 4
                at 261s
                >s . 3:4(1) ack 1 "e"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-69 octets that come after a gap that was opened again restart its time")
  void restartsAfterItWasOpenedAgain() {
    Engine engine =
        TestEngine.inline("evil", "good")
            .open(
                """
                c> . 3:5(2) ack 1 "il"
                >c . 1:1(0) ack 1 <sack 3:5>
                at 150s
                c> . 1:2(1) ack 1 "e"
                at 150.1s
                >c . 1:1(0) ack 2
                at 200s
                c> . 3:5(2) ack 1 "il"
                >c . 1:1(0) ack 2 <sack 3:5>
                at 299s
                nothing
                c> . 2:3(1) ack 1 "v"
                >s . 1:5(4) ack 1 "good"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isOne();
  }

  @Test
  @DisplayName(
      "C-69 a gap after which nothing waits any more keeps no connection from being parked")
  void endsWhereNothingWaits() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .parkAfter(60_000_000_000L)
            .open(
                """
                c> . 1001:1002(1) ack 1 "x"
                >c . 1:1(0) ack 1 <sack 1001:1002>
                at 150s
                c> . 1:2(1) ack 1 "a"
                >s same
                s> . 1:1(0) ack 2
                >c same
                at 300s
                nothing
                """);
    int[] parked = new int[1];
    engine.forEachParked(each -> parked[0]++);
    assertThat(parked[0]).isOne();
  }

  @Test
  @DisplayName("C-67 C-69 a gap after which nothing waits ends after a pick-up, too")
  void endsAfterThePickUp() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .midStream(Policies.MidStream.PICK_UP)
            .run(
                """
                c> . 1:2(1) ack 50 "a"
                >s same
                s> . 50:50(0) ack 2
                >c same
                c> . 1001:1002(1) ack 50 "x"
                nothing
                at 150s
                c> . 2:3(1) ack 50 "b"
                >s same
                s> . 50:50(0) ack 3
                >c same
                """);
    assertThat(Connections.client(engine).isGapOpen()).isTrue();
    assertThat(Connections.client(engine).sender().waitTimes().gapSinceNanos())
        .isEqualTo(WaitTimes.NEVER);
  }

  @Test
  @DisplayName("C-69 octets in order restart the time of a gap, opaque ones too")
  void restartsWithProgress() {
    Engine engine =
        TestEngine.inline(SimpleAgents.skipping())
            .open(
                """
                c> . 1:2(1) ack 1 "S"
                >s same
                s> . 1:1(0) ack 2
                >c same
                c> . 13:14(1) ack 1 "x"
                >c . 1:1(0) ack 2 <sack 13:14>
                at 90s
                c> . 2:10(8) ack 1
                >s same
                s> . 1:1(0) ack 10
                >c same
                at 180s
                c> . 10:11(1) ack 1 "x"
                >s . 10:12(2) ack 1 "yy"
                s> . 1:1(0) ack 12
                >c . 1:1(0) ack 11
                at 270s
                c> . 11:13(2) ack 1 "ab"
                >s . 12:16(4) ack 1 "abyy"
                """);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("C-69 after 100 s a gap ends the inspection of a monitored direction")
  void endsMonitoring() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 4:7(3) ack 1 "cat"
                >s same
                at 99s
                c> . 1:2(1) ack 1 "a"
                >s same
                at 198s
                nothing
                """);
    assertThat(engine.budget().usedBytes()).isPositive();
    assertThat(engine.counters().of(Reason.GAP)).isZero();
    engine.onTimer(200_000_000_000L, packet -> {});
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.counters().of(Reason.GAP)).isOne();
  }
}
