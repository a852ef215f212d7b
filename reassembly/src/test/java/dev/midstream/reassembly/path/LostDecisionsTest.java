package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine dies whose last decisions are in no record, and their receiver has the octets. */
class LostDecisionsTest {
  private Succession engines = new Succession(TestEngine.inline("", ""), CommitMode.ON_CHANGE);
  private Script script = new Script(engines);

  /** The engine of {@code agent} edits "Hello" to "Hi", and no record says so. */
  private void lose(Agent<?> agent, CommitMode mode) {
    lose(agent, mode, "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  /** No record says what is played after the opening. */
  private void lose(Agent<?> agent, CommitMode mode, String lines) {
    open(agent, mode, TestEngine.OPEN);
    engines.lose(script, lines);
  }

  private void open(Agent<?> agent, CommitMode mode, String opening) {
    engines = new Succession(TestEngine.inline(agent), mode);
    script = new Script(engines);
    script.run(opening);
  }

  private static LambdaAgent exact() {
    return SimpleAgents.replacing("Hello", "Hi");
  }

  /** Decides as {@link #exact}, but does not say so. */
  private static LambdaAgent other() {
    return LambdaAgent.by((direction, view, out) -> {
      if (view.length() >= 5) {
        out.replace(5, Octets.ofText("Hi"));
      }
    });
  }

  private long count(Reason reason) {
    return engines.engine().counters().of(reason);
  }

  @Test
  @DisplayName(
      "C-71 H-31 before-ack: what the receiver has is decided again, and then acknowledged")
  void decidesAgain() {
    lose(exact(), CommitMode.BEFORE_ACK);
    script.run(
        """
        s> . 1:1(0) ack 3
        at 0.3s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        c> P. 6:7(1) ack 1 "!"
        >s P. 3:4(1) ack 1 "!"
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: an engine without a copy believes what the receiver has, too")
  void decidesAgainWithoutCopy() {
    open(exact(), CommitMode.BEFORE_ACK, TestEngine.OPEN);
    engines.goOnAlone();
    engines.lose(script, "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    script.run(
        """
        s> . 1:1(0) ack 3
        at 0.3s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        c> P. 6:7(1) ack 1 "!"
        >s P. 3:4(1) ack 1 "!"
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: the window begins where the receiver is, not where decisions end")
  void showsTheWindowBeyondLostDecisions() {
    open(exact(), CommitMode.BEFORE_ACK, Opening.of("<mss 536>", "win 3000 <mss 536>", ""));
    engines.lose(script, "c> P. 1:537(536) ack 1 \"%s\"\n>s same\n".formatted("a".repeat(536)));
    script.run("s> . 1:1(0) ack 537 win 3000\n>c . 1:1(0) ack 1 win 3536\n");
  }

  @Test
  @DisplayName(
      "C-71 H-31 interval: the receiver acknowledges more than one window of lost decisions")
  void believesAcknowledgementsOfMoreThanOneWindow() {
    lose(exact(), CommitMode.INTERVAL);
    script.run("s> . 1:1(0) ack 120001\ns> . 1:1(0) ack 180001\n");
    assertThat(count(Reason.ACK_BEYOND_SENT)).isZero();
    script.run("s> . 1:1(0) ack 250001\n");
    assertThat(count(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("C-71 before-ack: what was acknowledged and comes with new octets does not leave")
  void sendsOnlyWhatIsNew() {
    lose(exact(), CommitMode.BEFORE_ACK);
    script.run(
        """
        s> . 1:1(0) ack 3
        at 0.3s
        c> P. 1:7(6) ack 1 "Hello!"
        >s P. 3:4(1) ack 1 "!"
        >c . 1:1(0) ack 6
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 7
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: octets after a gap of acknowledged ones leave, not those")
  void sendsTheOctetsAfterTheGap() {
    lose(
        exact(),
        CommitMode.BEFORE_ACK,
        "c> P. 1:6(5) ack 1 \"World\"\n>s P. 1:6(5) ack 1 \"World\"\n");
    script.run(
        """
        s> . 1:1(0) ack 6
        at 0.3s
        c> . 6:11(5) ack 1 "after"
        >c . 1:1(0) ack 1 <nop,nop,sack 6:11>
        c> . 1:6(5) ack 1 "World"
        >s . 6:11(5) ack 1 "after"
        >c . 1:1(0) ack 11 win 65530
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: what was acknowledged and does not leave takes its PSH with it")
  void forgetsPushOfWhatStays() {
    lose(exact(), CommitMode.BEFORE_ACK);
    script.run(
        """
        s> . 1:1(0) ack 3
        at 0.3s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        c> . 6:7(1) ack 1 "!"
        >s . 3:4(1) ack 1 "!"
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: a connection opens whose ends have more than the record of SYNs")
  void opensBeyondTheHandshake() {
    open(
        exact(),
        CommitMode.BEFORE_ACK,
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        """);
    engines.lose(
        script,
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> P. 1:4(3) ack 3 "you"
        >c P. 1:4(3) ack 1 "you"
        """);
    script.run(
        """
        at 0.3s
        c> P. 1:6(5) ack 4 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: a SACK block beyond what is known is not shown to the sender")
  void showsNoUnknownBlock() {
    lose(exact(), CommitMode.BEFORE_ACK);
    script.run(
        """
        s> . 1:1(0) ack 1 <sack 2:3>
        >c . 1:1(0) ack 1 <nop,nop,nop,nop,nop,nop,nop,nop,nop,nop>
        at 0.3s
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName(
      "C-71 on-change: an agent that may decide otherwise is not asked before its receiver")
  void asksTheReceiverFirst() {
    lose(other(), CommitMode.ON_CHANGE);
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 1
        >s P. 1:3(2) ack 1 "Hi"
        """);
    assertThat(count(Reason.TAKEOVER_UNSAFE_REPLAY)).isZero();
  }

  @Test
  @DisplayName(
      "C-71 on-change: what may be decided otherwise than the receiver has it ends in a RST")
  void resetsWhatIsUnsafe() {
    lose(other(), CommitMode.ON_CHANGE);
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 3
        >s R. 1:1(0) ack 1
        >s R. 3:3(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_UNSAFE_REPLAY)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: so it does where the client has what is lost")
  void resetsWhatIsUnsafeAtTheClient() {
    lose(
        other(), CommitMode.ON_CHANGE, "s> P. 1:6(5) ack 1 \"Hello\"\n>c P. 1:3(2) ack 1 \"Hi\"\n");
    script.run(
        """
        s> P. 1:6(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        >c . 0:0(0) ack 1
        c> . 1:1(0) ack 3
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        >c R. 3:3(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_UNSAFE_REPLAY)).isOne();
  }

  /** One octet of the client has left, and no record says so. */
  private void loseOctet() {
    lose(exact(), CommitMode.ON_CHANGE, "c> P. 1:2(1) ack 1 \"W\"\n>s same\n");
  }

  @Test
  @DisplayName("C-71 C-34 on-change: the garbage of a keep-alive is no octet that is lost")
  void takesNoGarbageForAnOctet() {
    loseOctet();
    script.run(
        """
        at 1s
        c> . 1:2(1) ack 1 "x"
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 2
        >c . 1:1(0) ack 1
        at 2s
        c> . 1:2(1) ack 1 "x"
        >s . 0:0(0) ack 1
        """);
    assertThat(count(Reason.KEEP_ALIVE)).isEqualTo(2);
    script.run(
        """
        at 31s
        >s R. 1:1(0) ack 1
        >s R. 2:2(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }

  @Test
  @DisplayName("C-71 on-change: one octet with PSH is no keep-alive")
  void takesAnOctetWithPush() {
    lose(exact(), CommitMode.ON_CHANGE);
    script.run(
        """
        at 1s
        c> P. 1:2(1) ack 1 "H"
        >s . 0:0(0) ack 1
        """);
    assertThat(count(Reason.KEEP_ALIVE)).isZero();
  }

  @Test
  @DisplayName("C-71 on-change: a sender beyond what is known before its receiver has forgotten")
  void remembersThatTheSenderWasBeyond() {
    loseOctet();
    script.run(
        """
        at 1s
        c> . 2:2(0) ack 1
        >s . 1:1(0) ack 1
        s> . 1:1(0) ack 2
        at 31s
        >s R. 1:1(0) ack 1
        >s R. 2:2(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(count(Reason.TAKEOVER_LOST_DECISIONS)).isOne();
  }
}
