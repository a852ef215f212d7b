package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** TS.Recent: what renews it, how long it counts, and what it keeps out (PAWS). */
class TimestampCheckTest {
  /** A clock of microseconds: 3,000 s later its value has passed half of its range. */
  private static final String MICROSECONDS =
      Opening.stamped(2000000000, 90, 2000000001)
          + """
          c> . 1:5(4) ack 1 <TS 2000000002/90> "abcd"
          >s same
          s> . 1:1(0) ack 5 <TS 91/2000000002>
          >c same
          """;

  private static final String MILLISECONDS =
      Opening.stamped(10, 90, 11)
          + """
          c> . 1:5(4) ack 1 <TS 12/90> "abcd"
          >s same
          s> . 1:1(0) ack 5 <TS 91/12>
          >c same
          """;

  private static final String OPENED =
      Opening.stamped(10, 90, 11)
          + """
          s> . 1:1(0) ack 1 <TS 91/11>
          >c same
          """;

  @Test
  @DisplayName(
      "H-41 law 11 a silence in which the sender's clock may wrap makes TS.Recent outdated")
  void acceptsAnyTimestampAfterALongSilence() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                MICROSECONDS
                    + """
                    at 3000s
                    c> . 5:9(4) ack 1 <TS 705032706/91> "efgh"
                    >s same
                    c> . 9:13(4) ack 1 <TS 705032705/91> "evil"
                    >c . 1:1(0) ack 5
                    c> . 9:13(4) ack 1 <TS 705032707/91> "ijkl"
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isOne();
  }

  @Test
  @DisplayName("H-41 TS.Recent counts for 2,147 s: until then an older timestamp is refused")
  void refusesAnOlderTimestampBeforeThat() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                MICROSECONDS
                    + """
                    at 2146s
                    c> . 5:9(4) ack 1 <TS 705032706/91> "evil"
                    >c . 1:1(0) ack 5
                    at 2147s
                    c> . 5:9(4) ack 1 <TS 705032706/91> "efgh"
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isOne();
  }

  @Test
  @DisplayName("ACK-2 after a long silence the engine echoes the new timestamp, not the old echo")
  void echoesTheNewTimestampAfterALongSilence() {
    TestEngine.inline(HoldingAgents.needing(8))
        .run(
            Opening.stamped(2000000000, 90, 2000000001)
                + """
                s> . 1:1(0) ack 1 <TS 91/2000000001>
                >c same
                at 3000s
                c> . 1:5(4) ack 1 <TS 705032706/91> "efgh"
                at 3000.2s
                >c . 1:1(0) ack 5 <TS 91/705032706>
                """);
  }

  @Test
  @DisplayName("ACK-2 C-34 a keep-alive renews TS.Recent")
  void keepAlivesRenewTsRecent() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                MILLISECONDS
                    + """
                    c> . 4:4(0) ack 1 <TS 500/91>
                    >s same
                    s> . 1:1(0) ack 5 <TS 92/500>
                    >c same
                    c> . 5:9(4) ack 1 <TS 499/91> "evil"
                    >c . 1:1(0) ack 5
                    c> . 4:5(1) ack 1 <TS 600/91> "?"
                    >s . 4:4(0) ack 1 <TS 600/91>
                    s> . 1:1(0) ack 5 <TS 93/600>
                    >c same
                    c> . 5:9(4) ack 1 <TS 599/91> "evil"
                    >c . 1:1(0) ack 5
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-34 H-41 keep-alives for 26 days: half of a millisecond clock's range passes")
  void keepAlivesForWeeks() {
    Engine engine = TestEngine.inline("x", "yy").engine();
    Script script = Scripts.of(engine).run(MILLISECONDS);
    for (long hour = 1; hour <= 26 * 24; hour++) {
      int client = (int) (12 + hour * 3_600_000);
      int server = (int) (91 + hour * 3_600_000);
      script.run(
          """
          at %ds
          c> . 4:4(0) ack 1 <TS %d/%d>
          >s same
          s> . 1:1(0) ack 5 <TS %d/%d>
          >c same
          """
              .formatted(hour * 3_600, client, server - 3_600_000, server, client));
    }
    assertThat(engine.counters().of(Reason.PAWS)).isZero();
  }

  @Test
  @DisplayName("H-41 a segment without the timestamp that its end sends is dropped silently")
  void dropsSegmentsWithoutTheAgreedTimestamp() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                Opening.stamped(10, 90, 11)
                    + """
                    c> . 1:5(4) ack 1 "evil"
                    c> F. 1:1(0) ack 1
                    c> . 1:1(0) ack 1 win 5
                    nothing
                    c> . 1:5(4) ack 1 <TS 12/90> "good"
                    >s same
                    s> . 1:5(4) ack 5 <TS 91/12> "good"
                    >c . 1:5(4) ack 5 win 65535 <TS 91/12> "good"
                    """);
    assertThat(engine.counters().of(Reason.MISSING_TIMESTAMP)).isEqualTo(3);
  }

  @Test
  @DisplayName("H-41 ends that agree on timestamps and never send them are served all the same")
  void acceptsAnEndThatNeverSendsTheAgreedTimestamp() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                Opening.of("<mss 1460,TS 10/0>", "<mss 1460,TS 90/10>", "")
                    + """
                    c> . 1:5(4) ack 1 "abcx"
                    >s . 1:6(5) ack 1 <> "abcyy"
                    s> . 1:1(0) ack 6 <TS 91/10>
                    >c . 1:1(0) ack 5 <TS 91/10>
                    """);
    assertThat(engine.counters().of(Reason.MISSING_TIMESTAMP)).isZero();
  }

  @Test
  @DisplayName("H-41 without an agreement in both SYNs a timestamp may be missing")
  void acceptsMissingTimestampsThatWereNotAgreed() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                Opening.of("<mss 1460,TS 10/0>", "<mss 1460>", "<TS 11/0>")
                    + """
                    c> . 1:5(4) ack 1 "abcx"
                    >s . 1:6(5) ack 1 "abcyy"
                    """);
    assertThat(engine.counters().of(Reason.MISSING_TIMESTAMP)).isZero();
  }

  @Test
  @DisplayName(
      "C-34 ACK-2 a keep-alive without timestamp passes; the engine's segments keep theirs")
  void forwardsKeepAlivesWithoutTimestamp() {
    TestEngine.inline(HoldingAgents.needing(8))
        .run(
            OPENED
                + """
                s> . 0:0(0) ack 1
                >c . 0:0(0) ack 1 <>
                s> . 0:1(1) ack 1 "?"
                >c . 0:0(0) ack 1
                c> . 1:5(4) ack 1 <TS 12/91> "QUIT"
                >s . 1:1(0) ack 1 <TS 12/91>
                at 0.2s
                >c . 1:1(0) ack 5 <TS 91/12>
                """);
  }

  @Test
  @DisplayName("H-40 H-41 a reset needs no timestamp")
  void resetsNeedNoTimestamp() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                MILLISECONDS
                    + """
                    c> R. 5:5(0) ack 1
                    >s R. 5:5(0) ack 1
                    """);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }
}
