package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Inline SYNs and SYN-ACKs: retransmitted, competing, conflicting. */
class InlineOpeningTest {
  private static final Ends NEXT = Ends.IPV4.withIsns(5_000, 9_000);
  private static final Ends OTHER_SERVER = Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_777);
  private static final String TALK = "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n";
  private static final String EDITED = TestEngine.OPEN + TALK;
  private static final String COMPLETED =
      """
      s> S. 0:0(0) ack 1
      >c same
      c> . 1:1(0) ack 1
      >s same
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = Scripts.of(engine);

  @Test
  @DisplayName(
      "H-24 C-40 a SYN for a known connection passes; the old mapping stays until its SYN-ACK")
  void keepsOldMappingUntilTheSynAck() {
    script.run(EDITED);
    script.between(NEXT).run("c> S 0:0(0) <mss 1000>\n>s same\n");
    script.between(Ends.IPV4).run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n");
    script.between(NEXT).run(COMPLETED + TALK);
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().connections()).isEqualTo(2);
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isOne();
  }

  @Test
  @DisplayName("H-24 C-41 an older SYN that comes late leaves the newer one its answer")
  void opensTheConnectionOfTheAnsweredSyn() {
    script.run(EDITED);
    script.between(NEXT).run("c> S 0:0(0) <mss 1000>\n>s same\n");
    script.between(Ends.IPV4.withIsns(77, 0)).run("c> S 0:0(0) <mss 1000>\n>s same\n");
    script.between(NEXT).run(COMPLETED + TALK);
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("H-24 C-40 the ACK that completes a new opening of a known connection passes")
  void forwardsTheLastAckOfANewOpening() {
    script.run(EDITED);
    script
        .between(NEXT)
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
  @DisplayName("H-24 C-40 held octets do not leave in the connection that replaces theirs")
  void sendsNoHeldOctetsIntoANewConnection() {
    script.run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"Hel\"\nnothing\n");
    script.between(NEXT).run("c> S 0:0(0)\n>s same\n" + COMPLETED + "at 10s\nnothing\n");
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName(
      "ACK-8 H-24 a challenge ACK to a new SYN is mapped, its reset is exact, the next SYN opens")
  void challengeEndsTheOldConnection() {
    script.run(EDITED + "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n");
    script.between(NEXT).run("c> S 0:0(0)\n>s same\n");
    script
        .between(Ends.IPV4)
        .run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\nc> R 6:6(0)\n>s R 3:3(0)\n");
    script.between(NEXT).run("c> S 0:0(0)\n>s same\n" + COMPLETED + TALK);
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("H-24 C-49 octets on a SYN for a known connection do not leave with it")
  void removesOctetsOfACompetingSyn() {
    script.run(EDITED);
    script.between(NEXT).run("c> S 0:5(5) \"Hello\"\n>s S 0:0(0)\n" + COMPLETED + TALK);
  }

  @Test
  @DisplayName("H-24 C-36 a FIN on a SYN for a known connection does not leave with it")
  void removesTheFinOfACompetingSyn() {
    script.run(EDITED);
    script.between(NEXT).run("c> SF 0:5(5) \"Hello\"\n>s S 0:0(0)\n" + COMPLETED + TALK);
  }

  @Test
  @DisplayName("H-24 only the other endpoint's SYN-ACK replaces a known connection")
  void onlyTheSynAckReplacesTheConnection() {
    script.run(EDITED);
    script
        .between(NEXT)
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
  @DisplayName("H-24 a SYN for an untouched connection ends nothing and opens an edited one")
  void editsTheSuccessorOfAnUntouchedConnection() {
    Engine detaching =
        TestEngine.inline(
                LambdaAgent.by((direction, view, out) -> {
                  if (SimpleAgents.text(view).startsWith("x")) {
                    out.detach();
                  } else {
                    SimpleAgents.pass(view, out);
                  }
                }))
            .engine();
    Script talk = Scripts.of(detaching).run(TestEngine.OPEN + "c> . 1:2(1) ack 1 \"x\"\n>s same\n");
    talk.between(NEXT).run("c> S 0:3(3) \"abc\"\n>s S 0:0(0)\n");
    talk.between(Ends.IPV4).run("c> . 2:5(3) ack 1 badsum\n>s same\n");
    assertThat(detaching.counters().connections()).isOne();
    talk.between(NEXT).run(COMPLETED);
    assertThat(detaching.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("T-15 H-24 C-41 the options of the last SYN before the SYN-ACK count")
  void usesTheOptionsOfTheLastSyn() {
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
  @DisplayName("H-24 C-47 a retransmitted SYN without the forbidding option allows editing")
  void editsAfterASynWithoutForbiddingOption() {
    script.run(
        "c> S 0:0(0) <raw 131200000000000000000000000000000000>\n>s same\nc> S 0:0(0) <mss 1460>\n>s same\n");
    script.run(COMPLETED + TALK);
  }

  @Test
  @DisplayName("T-15 C-41 the stream starts at the ISN that the SYN-ACK acknowledges, in any order")
  void startsAtTheAcknowledgedIsn() {
    script.between(NEXT).run("c> S 0:3(3) \"Hel\"\n>s S 0:0(0)\n");
    script.between(Ends.IPV4).run("c> S 0:0(0)\n>s same\n" + COMPLETED + TALK);
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
  @DisplayName("T-15 H-48 C-49 a partial match on a SYN is decided when all of it comes again")
  void decidesRetransmittedOctetsOfASyn() {
    script.run(
        """
        c> S 0:3(3) "Hel"
        >s S 0:0(0)
        s> S. 0:0(0) ack 1
        >c same
        c> . 1:1(0) ack 1
        >s same
        c> . 1:4(3) ack 1 "Hel"
        nothing
        c> P. 4:6(2) ack 1 "lo"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("T-15 H-24 C-40 octets in custody end with their connection, not before")
  void custodyEndsWithItsConnection() {
    script.run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"Hel\"\nat 0.1s\n>c . 1:1(0) ack 4\n");
    script.between(NEXT).run("c> S 0:0(0)\n>s same\n");
    script.between(Ends.IPV4).run("c> . 4:6(2) ack 1 \"lo\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    script.between(NEXT).run(COMPLETED + "at 10s\nnothing\n" + TALK);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isZero();
    assertThat(engine.budget().usedBytes()).isEqualTo("Hi".length() + "Hello".length());
  }

  private static final String FIRST_SYN_ACK =
      """
      c> S 0:0(0)
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      """;

  /** The same client ISN and another ISN of the server. */
  private static final Ends RESTARTED = Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_000);

  private static final String SECOND_SYN_ACK =
      """
      s> S. 0:0(0) ack 1 <mss 536>
      >c same
      """;

  @Test
  @DisplayName("C-41 H-24 of two SYN-ACKs the one that the client acknowledges counts")
  void usesTheAcknowledgedSynAck() {
    script.run(FIRST_SYN_ACK);
    script
        .between(RESTARTED)
        .run(SECOND_SYN_ACK + SECOND_SYN_ACK + "c> . 1:1(0) ack 1\n>s same\n" + TALK)
        .run("s> . 1:6(5) ack 3 \"Hello\"\n>c . 1:3(2) ack 6 \"Hi\"\n");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-41 H-24 another SYN-ACK does not change an acknowledged one")
  void keepsTheAcknowledgedSynAck() {
    script.run(FIRST_SYN_ACK);
    script.between(RESTARTED).run(SECOND_SYN_ACK);
    script.between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
    script.between(RESTARTED).run("s> S. 0:0(0) ack 1\n>c same\nc> . 6:6(0) ack 1\n");
    script.between(Ends.IPV4).run("s> . 1:6(5) ack 3 \"Hello\"\n>c . 1:3(2) ack 6 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-41 H-24 a SYN-ACK for another SYN changes nothing")
  void ignoresTheSynAckOfAnotherSyn() {
    script.run(FIRST_SYN_ACK);
    script.between(RESTARTED).run("s> S. 0:0(0) ack 2\n>c same\nc> . 1:1(0) ack 1\n");
    script.between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("C-41 H-24 a second SYN-ACK from the client's side is not believed")
  void ignoresASecondSynAckFromTheClientsSide() {
    script.run(FIRST_SYN_ACK);
    byte[] second =
        new FrameBuilder(RESTARTED, Direction.SERVER_TO_CLIENT)
            .flags(TcpFlags.SYN | TcpFlags.ACK)
            .sequence(RESTARTED.serverIsn())
            .acknowledgement(RESTARTED.clientIsn() + 1)
            .build();
    script.passes(second, Direction.CLIENT_TO_SERVER);
    script.between(RESTARTED).run("c> . 1:1(0) ack 1\n");
    script.between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("C-66 C-41 an opening with two SYN-ACKs that is never completed leaves nothing")
  void forgetsAnOpeningWithTwoSynAcks() {
    script.run(FIRST_SYN_ACK);
    script.between(RESTARTED).run(SECOND_SYN_ACK + "at 25s\nnothing\n");
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isOne();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("C-52 C-41 a damaged SYN leaves no state")
  void forgetsADamagedSyn() {
    script.run("c> S 0:0(0) badsum\nnothing\nc> S 0:0(0)\n>s same\n");
    script.between(NEXT).run("c> S 0:0(0) badsum\nnothing\n");
    script.between(Ends.IPV4).run(COMPLETED + TALK);
  }

  @Test
  @DisplayName("C-41 a SYN-ACK that does not acknowledge the SYN passes and changes nothing")
  void forwardsAForeignSynAck() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    script.between(OTHER_SERVER).run("s> S. 0:0(0) ack 4242 <mss 1000>\n>c same\n");
    script.between(OTHER_SERVER).run("c> R 4242:4242(0)\n>s same\n");
    script.between(Ends.IPV4).run("s> S. 0:0(0) ack 2 <mss 1000>\n>c same\n");
    script.run(COMPLETED + TALK);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("C-41 a SYN-ACK that arrives before a SYN it does not acknowledge is forgotten")
  void forgetsAnEarlySynAckOfAnotherSyn() {
    script.between(OTHER_SERVER).run("s> S. 0:0(0) ack 4242 <mss 1000>\n>c same\n");
    script.between(Ends.IPV4).run("c> S 0:0(0) <mss 1460>\n>s same\n" + COMPLETED + TALK);
  }

  @Test
  @DisplayName("C-41 H-48 octets on SYN-ACKs leave when their sender retransmits them")
  void keepsNoOctetsOfSynAcks() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    String bare = ">c S. 0:0(0) ack 1 <mss 1460>\n";
    script.run("s> S. 0:5(5) ack 1 <mss 1460> \"Hello\"\n" + bare);
    script.between(OTHER_SERVER).run("s> S. 0:3(3) ack 1 <mss 1460> \"abc\"\n" + bare);
    script
        .between(Ends.IPV4)
        .run("c> . 1:1(0) ack 1\n>s same\ns> . 1:6(5) ack 1 \"Hello\"\n>c . 1:3(2) ack 1 \"Hi\"\n")
        .run("c> R 1:1(0)\n>s same\n");
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-41 a SYN with another ISN does not end an opening that is answered")
  void competingSynDoesNotEndAnOpening() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n");
    script.between(NEXT).run("c> S 0:3(3) \"abc\"\n>s S 0:0(0)\n");
    script.between(Ends.IPV4).run(COMPLETED + TALK);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("H-24 C-41 a SYN and its answer that both come from one side end no connection")
  void keepsAConnectionDespiteAHandshakeFromOneSide() {
    script.run(TestEngine.OPEN + TALK);
    script.run("c> S 5000:5000(0) <mss 1460>\n>s same\n");
    byte[] answer =
        new FrameBuilder(Ends.IPV4, Direction.SERVER_TO_CLIENT)
            .flags(TcpFlags.SYN | TcpFlags.ACK)
            .sequence(Ends.IPV4.serverIsn() + 9_000)
            .acknowledgement(Ends.IPV4.clientIsn() + 5_001)
            .build();
    script.passes(answer, Direction.CLIENT_TO_SERVER);
    script.run(
        """
        c> . 6:9(3) ack 1 "abc"
        >s . 3:6(3) ack 1 "abc"
        """);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("H-24 a SYN from the side of the other end announces no connection")
  void ignoresASynFromTheOtherSide() {
    script.run(EDITED);
    byte[] syn =
        new FrameBuilder(NEXT, Direction.CLIENT_TO_SERVER)
            .flags(TcpFlags.SYN)
            .sequence(NEXT.clientIsn())
            .build();
    script.passes(syn, Direction.SERVER_TO_CLIENT);
    script.between(NEXT).run("s> S. 0:0(0) ack 1\n>c same\n");
    script.between(Ends.IPV4).run("c> . 6:9(3) ack 1 \"abc\"\n>s . 3:6(3) ack 1 \"abc\"\n");
    assertThat(engine.counters().connections()).isOne();
  }
}
