package dev.midstream.reassembly.traps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Holding;
import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Traps of acknowledging octets that the receiver has not got, packet by packet. */
class CustodyTrapsTest {
  private static TestEngine denying(String answer) {
    return TestEngine.inline(Lines.denied("STAT", answer));
  }

  @Test
  @DisplayName("T-5 H-14 an agent that needs more than the window gets it")
  void needsMoreThanTheWindow() {
    TestEngine.inline(Holding.needing(54))
        .run(
            Opening.window(30)
                + """
                c> . 1:31(30) ack 1
                >c . 1:1(0) ack 31 win 24
                c> . 31:55(24) ack 1
                >s . 1:31(30) ack 1
                s> . 1:1(0) ack 31 win 30
                >c . 1:1(0) ack 31 win 30
                >s . 31:55(24) ack 1
                s> . 1:1(0) ack 55 win 30
                >c . 1:1(0) ack 55 win 30
                """);
  }

  @Test
  @DisplayName(
      "T-6 H-15 probes of a closed window are not acknowledged one by one past flow control")
  void probesDoNotTrickle() {
    TestEngine.inline(Lines.passed())
        .run(
            Opening.window(3)
                + """
                c> . 1:4(3) ack 1 "ab\\n"
                >s . 1:4(3) ack 1 "ab\\n"
                s> . 1:1(0) ack 4 win 0
                >c . 1:1(0) ack 4 win 0
                c> . 4:5(1) ack 1 "Q"
                >s . 3:3(0) ack 1
                s> . 1:1(0) ack 4 win 0
                >c . 1:1(0) ack 4 win 0
                at 10.0s
                c> . 4:5(1) ack 1 "Q"
                >s . 3:3(0) ack 1
                s> . 1:1(0) ack 4 win 10
                >c . 1:1(0) ack 4 win 10
                c> . 4:7(3) ack 1 "QU\\n"
                >s . 4:7(3) ack 1 "QU\\n"
                """);
  }

  @Test
  @DisplayName("H-16 an edit that straddles the custody edge is the sender's to repeat, whole")
  void aStraddlingEditIsTheSenders() {
    Engine engine =
        TestEngine.inline(Rules.replace("0123456789", "abcde").withoutFlush())
            .open(
                """
                c> . 1:5(4) ack 1 "0123"
                at 0.100s
                >c . 1:1(0) ack 5
                c> . 5:11(6) ack 1 "456789"
                >s . 1:6(5) ack 1 "abcde"
                at 50.0s
                nothing
                c> . 5:11(6) ack 1 "456789"
                >s . 1:6(5) ack 1 "abcde"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 11
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isZero();
  }

  @Test
  @DisplayName("H-16 an insertion behind the last octet is the engine's to repeat")
  void anInsertionAtTheEndIsOwned() {
    TestEngine.inline(trailing("!!"))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:6(5) ack 1 "abc!!"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 4
            at 1.0s
            >s P. 4:6(2) ack 1 "!!"
            s> . 1:1(0) ack 6 win 65533
            nothing
            at 90.0s
            nothing
            """);
  }

  @Test
  @DisplayName("H-17 an acknowledgement that its receiver delayed does not lengthen the delay")
  void theShortestOfTheLastTripsCounts() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            c> . 1:3(2) ack 1 "x\\n"
            >s . 1:3(2) ack 1 "x\\n"
            at 0.030s
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 3
            c> . 3:5(2) ack 1 "x\\n"
            >s . 3:5(2) ack 1 "x\\n"
            at 0.200s
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            c> . 5:7(2) ack 1 "QU"
            at 0.229s
            nothing
            at 0.230s
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-19 a sender whose half command never arrives hears of it")
  void aDeadReceiverIsNotHidden() {
    Engine engine =
        TestEngine.inline(Lines.passed())
            .open(
                """
                c> . 1:5(4) ack 1 "QUIT"
                at 0.100s
                >c . 1:1(0) ack 5
                c> F. 5:5(0) ack 1
                >s F. 1:5(4) ack 1 "QUIT"
                at 1.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 3.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 7.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 15.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 31.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 63.100s
                >s P. 1:5(4) ack 1 "QUIT"
                at 100.099s
                nothing
                at 100.100s
                >s R. 1:1(0) ack 1
                >s R. 6:6(0) ack 1
                >c R. 1:1(0) ack 5
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-20 a FIN is not acknowledged before the receiver has it, and leaves behind all")
  void custodyNeverCoversAFin() {
    TestEngine.inline(Holding.needing(54))
        .run(
            Opening.window(2)
                + """
                c> . 1:3(2) ack 1 "QU"
                >c . 1:1(0) ack 3
                c> F. 3:5(2) ack 1 "IT"
                >s . 1:3(2) ack 1 "QU"
                s> . 1:1(0) ack 3 win 1
                >s . 3:4(1) ack 1 "I"
                s> . 1:1(0) ack 4 win 1
                >c . 1:1(0) ack 4
                >s F. 4:5(1) ack 1 "T"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 6
                """);
  }

  @Test
  @DisplayName("H-21 a long reply begins with ten segments and goes on as it is acknowledged")
  void aLongReplyBeginsSlowly() {
    StringBuilder script = new StringBuilder(Opening.segments(536));
    script.append("s> . 1:4(3) ack 1 \"hi\\n\"\n>c same\n");
    script.append("c> . 1:6(5) ack 4 \"STAT\\n\"\n");
    script.append(">s . 1:1(0) ack 4\n");
    appendLeaving(script, 0, 10, 6);
    script.append("c> . 6:6(0) ack 1076\n");
    appendLeaving(script, 10, 14, 6);
    script.append("c> . 6:6(0) ack 1612\n");
    appendLeaving(script, 14, 16, 6);
    denying("z".repeat(20_000) + "\n").run(script.toString());
  }

  @Test
  @DisplayName(
      "H-21 after a probe and a timeout one segment leaves, then two for each acknowledgement")
  void aTimeoutIsFollowedBySlowStart() {
    StringBuilder script = new StringBuilder(Opening.segments(536));
    script.append("s> . 1:4(3) ack 1 \"hi\\n\"\n>c same\nat 0.100s\n");
    script.append("c> . 1:6(5) ack 4 \"STAT\\n\"\n>s . 1:1(0) ack 4\n");
    appendLeaving(script, 0, 10, 6);
    script.append("at 0.299s\nnothing\nat 0.300s\n");
    appendRepeated(script, 0, 1);
    script.append("at 0.599s\nnothing\nat 0.600s\n");
    appendRepeated(script, 0, 1);
    script.append("c> . 6:6(0) ack 540\n");
    appendRepeated(script, 1, 3);
    script.append("c> . 6:6(0) ack 1076\n");
    appendRepeated(script, 3, 5);
    denying("z".repeat(20_000) + "\n").run(script.toString());
  }

  @Test
  @DisplayName("H-21 what the engine repeats is not marked as able to be marked")
  void repetitionsAreNotEct() {
    denying("no\n")
        .open(
            """
            s> . 1:3(2) ack 1 tos 2 "h\\n"
            >c . 1:3(2) ack 1 tos 2 "h\\n"
            c> . 1:6(5) ack 3 tos 2 "STAT\\n"
            >s . 1:1(0) ack 3
            >c P. 3:6(3) ack 6 tos 2 "no\\n"
            at 0.060s
            >c P. 3:6(3) ack 6 tos 0 "no\\n"
            """);
  }

  @Test
  @DisplayName("H-22 a reply bigger than the window goes on although the update was lost")
  void aReplyAsksForTheWindow() {
    denying("0123456789\n")
        .open(
            """
            c> . 1:6(5) ack 1 win 4 "STAT\\n"
            >c . 1:5(4) ack 6 "0123"
            c> . 6:6(0) ack 5 win 0
            at 0.199s
            nothing
            at 0.200s
            >c . 4:4(0) ack 6
            c> . 6:6(0) ack 5 win 4
            >c . 5:9(4) ack 6 "4567"
            """);
  }

  @Test
  @DisplayName("H-23 octets that wait for the window are answered, and taken when repeated again")
  void growthPastAClosedWindowIsNoLoss() {
    Engine engine =
        TestEngine.inline("cat", "elephant")
            .run(
                Opening.window(3)
                    + """
                    c> . 1:4(3) ack 1 "cat"
                    >s . 1:4(3) ack 1 "ele"
                    s> . 1:1(0) ack 4 win 0
                    at 1.0s
                    c> . 1:4(3) ack 1 "cat"
                    >s . 3:3(0) ack 1
                    >c . 1:1(0) ack 1 win 3
                    s> . 1:1(0) ack 4 win 0
                    >c . 1:1(0) ack 1
                    at 3.0s
                    c> . 1:4(3) ack 1 "cat"
                    >s . 3:3(0) ack 1
                    >c . 1:1(0) ack 4 win 0
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-23 a FIN that waits behind octets in custody and comes again is answered")
  void aWaitingFinIsAnswered() {
    TestEngine.inline("cat", "elephant")
        .run(
            Opening.window(3)
                + """
                c> F. 1:4(3) ack 1 "cat"
                >s . 1:4(3) ack 1 "ele"
                s> . 1:1(0) ack 4 win 0
                at 1.0s
                c> F. 4:4(0) ack 1
                >c . 1:1(0) ack 1 win 3
                c> F. 4:4(0) ack 1
                >c . 1:1(0) ack 1 win 3
                s> . 1:1(0) ack 4 win 9
                >c . 1:1(0) ack 1
                >s F. 4:9(5) ack 1 "phant"
                """);
  }

  private static void appendLeaving(StringBuilder script, int from, int to, int ack) {
    for (int i = from; i < to; i++) {
      int start = 4 + 536 * i;
      script.append(">c . %d:%d(536) ack %d\n".formatted(start, start + 536, ack));
    }
  }

  private static void appendRepeated(StringBuilder script, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = 4 + 536 * i;
      script.append(">c P. %d:%d(536) ack 6\n".formatted(start, start + 536));
    }
  }

  private static Deciding trailing(String trailer) {
    return Deciding.onClient((view, out) -> {
      Rules.pass(view, out);
      if (!view.endOfStream()) {
        out.replace(0, Octets.ofText(trailer));
      }
    });
  }
}
