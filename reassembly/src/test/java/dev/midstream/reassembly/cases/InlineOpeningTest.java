package dev.midstream.reassembly.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SYNs inline: repeated, contradicting, for ends that are known. */
class InlineOpeningTest {
  private static final Ends LATER = Ends.IPV4.withIsns(5_000, 9_000);
  private static final Ends LATER_SERVER = Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_777);
  private static final String TALK = "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n";
  private static final String EDITED = TestEngine.OPEN + TALK;
  private static final String ANSWERED =
      """
      s> S. 0:0(0) ack 1
      >c same
      c> . 1:1(0) ack 1
      >s same
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = new Script(engine);

  @Test
  @DisplayName("H-24 C-40 a SYN for known ends passes; the old numbers serve until it is answered")
  void keepsOldNumbersUntilTheAnswer() {
    script.run(EDITED);
    script.between(LATER).run("c> S 0:0(0) <mss 1000>\n>s same\n");
    script.between(Ends.IPV4).run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n");
    script.between(LATER).run(ANSWERED + TALK);
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().connections()).isEqualTo(2);
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isOne();
  }

  @Test
  @DisplayName("H-24 C-40 the acknowledgement that ends a new opening between known ends passes")
  void endsTheNewOpening() {
    script.run(EDITED);
    script
        .between(LATER)
        .run(
            """
            c> S 0:0(0) win 64240 <mss 1460,wscale 7>
            >s same
            s> S. 0:0(0) ack 1 win 65160 <mss 1460,wscale 7>
            >c same
            c> . 1:1(0) ack 1 win 502
            >s same
            """);
  }

  @Test
  @DisplayName("H-24 C-40 octets that are held are not sent into the connection that comes after")
  void sendsNoOldOctetsIntoANewConnection() {
    script.run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"Hel\"\nnothing\n");
    script.between(LATER).run("c> S 0:0(0)\n>s same\n" + ANSWERED + "at 10s\nnothing\n");
    assertThat(engine.ledger().usedBytes()).isZero();
  }

  @Test
  @DisplayName(
      "ACK-8 H-24 a challenge to a new SYN is mapped, its reset is exact, the next SYN opens")
  void endsTheOldConnectionThroughAChallenge() {
    script.run(EDITED + "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n");
    script.between(LATER).run("c> S 0:0(0)\n>s same\n");
    script
        .between(Ends.IPV4)
        .run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\nc> R 6:6(0)\n>s R 3:3(0)\n");
    script.between(LATER).run("c> S 0:0(0)\n>s same\n" + ANSWERED + TALK);
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("H-24 C-49 octets on a SYN for known ends do not leave with it")
  void takesOctetsOffARivalSyn() {
    script.run(EDITED);
    script.between(LATER).run("c> S 0:5(5) \"Hello\"\n>s S 0:0(0)\n" + ANSWERED + TALK);
  }

  @Test
  @DisplayName("H-24 C-36 a FIN on a SYN for known ends does not leave with it")
  void takesTheFinOffARivalSyn() {
    script.run(EDITED);
    script.between(LATER).run("c> SF 0:5(5) \"Hello\"\n>s S 0:0(0)\n" + ANSWERED + TALK);
  }

  @Test
  @DisplayName("H-24 only the other end's answer to a SYN ends what was known")
  void believesOnlyTheOtherEndsAnswer() {
    script.run(EDITED);
    script
        .between(LATER)
        .run(
            """
            c> S 0:0(0)
            >s same
            c> S. 0:0(0) ack -4001
            >s same
            s> S. 0:0(0) ack 7
            >c same
            s> S. 0:0(0) ack 1 badsum
            nothing
            """);
    script.between(Ends.IPV4).run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n");
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("H-24 a SYN for a connection its agent let go ends nothing and opens an edited one")
  void guardsAConnectionThatIsLetAlone() {
    Engine letting =
        TestEngine.inline(
                Deciding.by((direction, view, out) -> {
                  if (Rules.text(view).startsWith("x")) {
                    out.detach();
                  } else {
                    Rules.pass(view, out);
                  }
                }))
            .engine();
    Script talk = new Script(letting).run(TestEngine.OPEN + "c> . 1:2(1) ack 1 \"x\"\n>s same\n");
    talk.between(LATER).run("c> S 0:3(3) \"abc\"\n>s S 0:0(0)\n");
    talk.between(Ends.IPV4).run("c> . 2:5(3) ack 1 badsum\n>s same\n");
    assertThat(letting.counters().connections()).isOne();
    talk.between(LATER).run(ANSWERED);
    assertThat(letting.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("T-15 H-24 C-41 what the last SYN before the answer asked for is what was agreed on")
  void takesTheOptionsOfTheLastSyn() {
    script.run(
        """
        c> S 0:0(0) win 100 <mss 1460,wscale 7>
        >s same
        c> S 0:0(0) win 100 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 100 <mss 1460,wscale 7>
        >c same
        c> . 1:1(0) ack 1 win 100
        >s same
        s> . 1:1(0) ack 1 win 200
        >c . 1:1(0) ack 1 win 200
        c> . 301:304(3) ack 1 "abc"
        >c . 1:1(0) ack 1 win 200
        """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
    assertThat(engine.counters().of(Reason.DELAYED)).isZero();
  }

  @Test
  @DisplayName("H-24 C-47 a SYN repeated without the option that forbids editing is edited again")
  void decidesAnewOnOtherOptions() {
    script.run(
        "c> S 0:0(0) <raw 131200000000000000000000000000000000>\n>s same\nc> S 0:0(0) <mss 1460>\n>s same\n");
    script.run(ANSWERED + TALK);
  }

  @Test
  @DisplayName("T-15 C-41 another number before the answer, a SYN-ACK first, both SYNs at once")
  void findsTheNumbersThatWereAnswered() {
    script.between(LATER).run("c> S 0:3(3) \"Hel\"\n>s S 0:0(0)\n");
    script.between(Ends.IPV4).run("c> S 0:0(0)\n>s same\n" + ANSWERED + TALK);
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isZero();
    script
        .between(Ends.IPV4.withPorts(1, 2))
        .run("s> S. 0:0(0) ack 1\n>c same\nc> S 0:0(0)\n>s same\n" + TALK);
    script
        .between(Ends.IPV4.withPorts(3, 4))
        .run(
            Opening.SIMULTANEOUS
                + TALK
                + "s> . 1:6(5) ack 3 \"Hello\"\n>c . 1:3(2) ack 6 \"Hi\"\n");
  }

  @Test
  @DisplayName("T-15 H-48 C-49 half a command on a SYN is decided with the other half")
  void joinsHalfACommandOnASyn() {
    script.run(
        """
        c> S 0:3(3) "Hel"
        >s S 0:0(0)
        s> S. 0:0(0) ack 1
        >c same
        c> . 1:1(0) ack 1
        >s same
        c> . 1:4(3) ack 1 "Hel"
        >c . 1:1(0) ack 4
        c> P. 4:6(2) ack 1 "lo"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("T-15 H-24 C-40 octets in custody die with their connection, not before")
  void sendsNothingOfCustodyIntoANewConnection() {
    script.run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"Hel\"\nat 0.1s\n>c . 1:1(0) ack 4\n");
    script.between(LATER).run("c> S 0:0(0)\n>s same\n");
    script.between(Ends.IPV4).run("c> . 4:6(2) ack 1 \"lo\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    script.between(LATER).run(ANSWERED + "at 10s\nnothing\n" + TALK);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isZero();
    assertThat(engine.ledger().usedBytes()).isEqualTo("Hi".length() + "Hello".length());
  }

  private static final String TWICE_ANSWERED =
      """
      c> S 0:0(0)
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      """;

  /** The same client and another number of the server. */
  private static final Ends RESTARTED = Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_000);

  private static final String ANSWERED_AGAIN =
      """
      s> S. 0:0(0) ack 1 <mss 536>
      >c same
      """;

  @Test
  @DisplayName("C-41 H-24 a SYN answered with two numbers: the one the client acknowledges counts")
  void takesTheAnswerThatIsAcknowledged() {
    script.run(TWICE_ANSWERED);
    script
        .between(RESTARTED)
        .run(ANSWERED_AGAIN + ANSWERED_AGAIN + "c> . 1:1(0) ack 1\n>s same\n" + TALK)
        .run("s> . 1:6(5) ack 3 \"Hello\"\n>c . 1:3(2) ack 6 \"Hi\"\n");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-41 H-24 what a client acknowledged once is not changed by another SYN-ACK")
  void keepsTheAnswerThatIsAcknowledged() {
    script.run(TWICE_ANSWERED);
    script.between(RESTARTED).run(ANSWERED_AGAIN);
    script.between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
    script.between(RESTARTED).run("s> S. 0:0(0) ack 1\n>c same\nc> . 6:6(0) ack 1\n");
    script.between(Ends.IPV4).run("s> . 1:6(5) ack 3 \"Hello\"\n>c . 1:3(2) ack 6 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-41 H-24 a SYN-ACK for another SYN changes nothing")
  void believesOnlyAnAnswerToTheSyn() {
    script.run(TWICE_ANSWERED);
    script.between(RESTARTED).run("s> S. 0:0(0) ack 2\n>c same\nc> . 1:1(0) ack 1\n");
    script.between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("C-66 C-41 an opening that is answered twice and never completed leaves nothing")
  void forgetsAnOpeningWithTwoAnswers() {
    script.run(TWICE_ANSWERED);
    script.between(RESTARTED).run(ANSWERED_AGAIN + "at 25s\nnothing\n");
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isOne();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("C-52 C-41 a damaged SYN leaves nothing behind")
  void forgetsADamagedSyn() {
    script.run("c> S 0:0(0) badsum\nnothing\nc> S 0:0(0)\n>s same\n");
    script.between(LATER).run("c> S 0:0(0) badsum\nnothing\n");
    script.between(Ends.IPV4).run(ANSWERED + TALK);
  }

  @Test
  @DisplayName("C-41 a SYN-ACK that does not answer the SYN passes and is not believed")
  void passesWhatDoesNotAnswerTheSyn() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    script.between(LATER_SERVER).run("s> S. 0:0(0) ack 4242 <mss 1000>\n>c same\n");
    script.between(LATER_SERVER).run("c> R 4242:4242(0)\n>s same\n");
    script.between(Ends.IPV4).run("s> S. 0:0(0) ack 2 <mss 1000>\n>c same\n");
    script.run(ANSWERED + TALK);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("C-41 a SYN-ACK before the SYN that it does not answer is forgotten")
  void forgetsASynAckThatTheSynDisproves() {
    script.between(LATER_SERVER).run("s> S. 0:0(0) ack 4242 <mss 1000>\n>c same\n");
    script.between(Ends.IPV4).run("c> S 0:0(0) <mss 1460>\n>s same\n" + ANSWERED + TALK);
  }

  @Test
  @DisplayName("C-41 octets on SYN-ACKs are the ones of the SYN-ACK that the client confirms")
  void keepsTheOctetsOfEachAnswer() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    String bare = ">c S. 0:0(0) ack 1 <mss 1460>\n";
    script.run("s> S. 0:5(5) ack 1 <mss 1460> \"Hello\"\n" + bare);
    script.between(LATER_SERVER).run("s> S. 0:3(3) ack 1 <mss 1460> \"abc\"\n" + bare);
    script
        .between(Ends.IPV4)
        .run("c> . 1:1(0) ack 1\n>s same\n>c . 1:3(2) ack 1 \"Hi\"\nc> R 1:1(0)\n>s same\n");
    assertThat(engine.ledger().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-41 a SYN with another number before the answer ends no opening that is answered")
  void keepsAnOpeningBesideAnotherSyn() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    script.between(LATER).run("c> S 0:3(3) \"abc\"\n>s S 0:0(0)\n");
    script.between(Ends.IPV4).run(ANSWERED + TALK);
    assertThat(engine.counters().connections()).isOne();
  }
}
