package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine dies before a record tells of an opening that it saw. */
class LostOpeningTest {
  private Succession engines =
      new Succession(TestEngine.inline(SimpleAgents.passing()), CommitMode.ON_CHANGE);
  private Script script = new Script(engines);

  @Test
  @DisplayName(
      "HDP-17 a SYN-ACK to a SYN that only the dead engine saw opens nothing: both come again")
  void letsTheOpeningComeAgain() {
    script.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    engines.takeOver(0);
    script.run(
        """
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c . -1:-1(0) ack 1 win 0
        at 1s
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        c> . 1:1(0) ack 1
        >s same
        """);
  }

  @Test
  @DisplayName("HDP-17 H-41 an end that waits for another SYN-ACK is asked for nothing")
  void asksNothingForAForgedSynAck() {
    engines.takeOver(0);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 500:500(0) ack 700 win 65535 <mss 1460>
        """);
    script.run("nothing\n");
  }

  @Test
  @DisplayName("HDP-17 H-41 law 3 a SYN-ACK tells the number of a SYN that is not known")
  void knowsTheNumberOfALostSyn() {
    engines.takeOver(0);
    script.run(
        """
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c . -1:-1(0) ack 1 win 0
        c> S. 336:336(0) ack 1 win 65535 <mss 1460>
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        c> . 1:1(0) ack 1
        >s same
        """);
  }

  @Test
  @DisplayName(
      "HDP-17 law 11 an end that has got a SYN-ACK that is in no record is asked for its ACK")
  void asksAnEndThatRepeatsNoSyn() {
    engines =
        new Succession(
            TestEngine.inline("Hello", "Hi").midStream(MidStream.PASS), CommitMode.INTERVAL);
    script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,sackOK,TS 10/0,wscale 7>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS 20/10,wscale 7>
        >c same
        """);
    engines.goOnWith(new Replica(), 0);
    script.run(
        """
        at 1s
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS 1020/10,wscale 7>
        >c . -1:-1(0) ack 1 win 0 <TS 1020/10>
        c> . 1:1(0) ack 1 <TS 1010/1020>
        >s same
        s> P. 1:6(5) ack 1 <TS 1030/1010> "220 x"
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 C-68 a SYN-ACK that only the dead engine saw makes no connection one-sided")
  void takesNoLostOpeningForOneSided() {
    engines =
        new Succession(
            TestEngine.inline("Hello", "Hi").midStream(MidStream.DROP), CommitMode.ON_CHANGE);
    script = new Script(engines);
    engines.stopCommitting();
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        """);
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        c> P. 1:6(5) ack 1 "Hello"
        """);
    assertThat(engines.engine().counters().of(Reason.NOT_WHOLE)).isOne();
  }

  @Test
  @DisplayName("HDP-17 a damaged SYN-ACK to a SYN that only the dead engine saw is counted as such")
  void countsADamagedSynAckOfALostOpening() {
    script.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    engines.takeOver(0);
    script.run("s> S. 0:0(0) ack 1 win 65535 <mss 1460> badsum\n");
    assertThat(engines.engine().counters().of(Reason.BAD_CHECKSUM)).isOne();
    assertThat(engines.engine().counters().of(Reason.OUT_OF_WINDOW)).isZero();
  }

  @Test
  @DisplayName(
      "HDP-17 H-48 a SYN-ACK goes on when the other end, which opened too, repeats its own")
  void goesOnWithASimultaneousOpening() {
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S 0:0(0) win 65535 <mss 1460>
        >c same
        """);
    engines.goOnWith(new Replica(), 0);
    script.run(
        """
        c> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >s . -1:-1(0) ack 1 win 0
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        c> . 1:1(0) ack 1
        >s same
        at 1s
        c> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >s same
        s> . 1:1(0) ack 1
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 law 11 an opening whose end only the dead engine saw lasts through silence")
  void keepsAnOpeningThatMayBeOver() {
    engines = new Succession(TestEngine.inline("Hello", "Hi"), CommitMode.STRICT);
    script = new Script(engines);
    script.run(Opening.SYNS + ">c same\n");
    engines.lose(script, "c> . 1:1(0) ack 1\n>s same\n");
    script.run(
        """
        at 600s
        s> P. 1:6(5) ack 1 "Hello"
        >c . 0:0(0) ack 1
        >c P. 1:3(2) ack 1 "Hi"
        c> . 1:1(0) ack 3
        >s . 1:1(0) ack 6
        """);
    assertThat(engines.engine().counters().of(Reason.MID_STREAM)).isZero();
  }
}
