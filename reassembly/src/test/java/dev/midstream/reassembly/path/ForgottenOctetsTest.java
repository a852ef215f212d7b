package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets whose decisions are lost, and that their sender may send again or has forgotten. */
class ForgottenOctetsTest {
  private final Succession engines =
      new Succession(
          TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), CommitMode.ON_CHANGE);
  private final Script script = new Script(engines);

  /** "Hello" leaves as "Hi", and no record says so. */
  private void lose() {
    script.run(TestEngine.OPEN);
    engines.lose(script, "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  private long count(Reason reason) {
    return engines.engine().counters().of(reason);
  }

  @Test
  @DisplayName("C-71 on-change: a sender that has forgotten what is lost is reset after 30 s")
  void resetsWhatIsForgotten() {
    lose();
    script.run(
        """
        s> . 1:1(0) ack 3
        at 1s
        c> P. 6:11(5) ack 1 "Hello"
        >c . 1:1(0) ack 1 <nop,nop,sack 6:11>
        at 31s
        >s R. 1:1(0) ack 1
        >s R. 3:3(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: a sender that repeats what is lost goes on")
  void goesOnWithWhatIsRepeated() {
    lose();
    script.run(
        """
        s> . 1:1(0) ack 3
        at 1s
        c> P. 6:7(1) ack 1 "!"
        >c . 1:1(0) ack 1 <nop,nop,sack 6:7>
        at 2s
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 3:4(1) ack 1 "!"
        >c . 1:1(0) ack 7 win 65534
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 7
        at 60s
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isZero();
  }

  @Test
  @DisplayName("C-71 C-34 on-change: keep-alives show that their sender has forgotten what is lost")
  void resetsWhoSendsKeepAlives() {
    lose();
    script.run(
        """
        s> . 1:1(0) ack 3
        at 1s
        c> . 6:6(0) ack 1
        >s . 3:3(0) ack 1
        at 2s
        c> . 5:5(0) ack 1
        >s . 3:3(0) ack 1
        at 3s
        c> . 5:5(0) ack 1
        >s . 3:3(0) ack 1
        at 4s
        c> . 5:5(0) ack 1
        >s . 3:3(0) ack 1
        at 5s
        c> . 5:5(0) ack 1
        >s . 3:3(0) ack 1
        >s R. 1:1(0) ack 1
        >s R. 3:3(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: numbers of segments that were overtaken are no keep-alives")
  void waitsForWhoSendsMore() {
    lose();
    script.run(
        """
        s> . 1:1(0) ack 3
        at 1s
        c> . 6:6(0) ack 1
        >s . 3:3(0) ack 1
        c> . 5:5(0) ack 1
        >s . 3:3(0) ack 1
        c> . 7:7(0) ack 1
        >s . 3:3(0) ack 1
        at 5s
        c> . 6:6(0) ack 1
        >s . 3:3(0) ack 1
        at 6s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isZero();
  }

  @Test
  @DisplayName(
      "C-71 law 6 on-change: a sender goes on where its receiver is silent: reset after R2")
  void resetsWhatASilentReceiverMayHave() {
    lose();
    script.run(
        """
        at 1s
        c> P. 6:11(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        at 60s
        c> P. 6:11(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        at 101s
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: a sender that is windows ahead is refused, and reset after 30 s")
  void resetsWhoIsWindowsAhead() {
    lose();
    script.run(
        """
        s> . 1:1(0) ack 200001
        at 1s
        c> P. 200004:200009(5) ack 1 "Hello"
        >c . 1:1(0) ack 1
        at 31s
        >s R. 1:1(0) ack 1
        >s R. 200001:200001(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.OUT_OF_WINDOW)).isOne();
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: a sender that may be windows ahead has its receiver asked first")
  void asksTheReceiverOfWhoIsWindowsAhead() {
    lose();
    script.run(
        """
        at 4s
        c> P. 200004:200009(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        c> P. 200004:200009(5) ack 1 "Hello"
        at 5s
        s> . 1:1(0) ack 200001
        >c . 1:1(0) ack 1
        c> P. 200004:200009(5) ack 1 "Hello"
        >c . 1:1(0) ack 1
        at 35s
        >s R. 1:1(0) ack 1
        >s R. 200001:200001(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.OUT_OF_WINDOW)).isEqualTo(3);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: segments far ahead reset nothing while their receiver is silent")
  void believesNoneBeforeTheReceiver() {
    lose();
    script.run(
        """
        at 1s
        c> P. 200004:200009(5) ack 1 "Hello"
        at 4s
        c> P. 200004:200009(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        at 300s
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isZero();
  }

  @Test
  @DisplayName("C-71 on-change: a segment far ahead resets nothing if its receiver lacks nothing")
  void believesTheReceiverOnly() {
    lose();
    script.run(
        """
        at 4s
        c> FP. 200004:200009(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        at 5s
        s> . 1:1(0) ack 1
        >c . 1:1(0) ack 1
        at 200s
        s> . 1:1(0) ack 3
        at 220s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isZero();
  }

  @Test
  @DisplayName("C-71 before-ack: nothing was acknowledged without a record, so this is refused")
  void refusesWhatCannotBeAhead() {
    Succession others =
        new Succession(
            TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), CommitMode.BEFORE_ACK);
    Script other = new Script(others);
    other.run(TestEngine.OPEN);
    others.lose(other, "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    other.run(
        """
        s> . 1:1(0) ack 3
        at 1s
        c> P. 200004:200009(5) ack 1 "Hello"
        >c . 1:1(0) ack 1
        at 200s
        """);
    assertThat(others.engine().counters().of(Reason.OUT_OF_WINDOW)).isOne();
    assertThat(others.engine().counters().of(Reason.TAKEOVER_LOST_DECISIONS)).isZero();
  }
}
