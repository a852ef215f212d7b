package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections picked up mid-stream. */
class PickUpTest {
  static TestEngine pickingUp(Vantage vantage) {
    return TestEngine.of("cat", "dog").midStream(MidStream.PICK_UP).vantage(vantage);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 retransmitted octets from before the pick-up pass unchanged")
  void forwardsOctetsFromBeforeThePickUp(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            c> . 101:104(3) ack 50 "cat"
            >s . 101:104(3) ack 50 "dog"
            c> . 91:98(7) ack 50 "old cat"
            >s . 91:98(7) ack 50 "old cat"
            c> . 95:104(9) ack 50 "at 123cat"
            >s . 95:104(9) ack 50 "at 123dog"
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 H-36 a keep-alive below the pick-up is one also before the peer is heard")
  void forwardsKeepAliveBelowThePickUp(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            c> . 101:101(0) ack 50
            >s same
            c> . 100:100(0) ack 50
            >s same
            c> . 100:101(1) ack 50 "?"
            >s same
            s> . 50:50(0) ack 101
            >c same
            c> . 100:100(0) ack 50
            >s same
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 an edit that would change a length is not applied, and what follows passes")
  void keepsLengths(Vantage vantage) {
    Engine engine =
        TestEngine.of("cat", "mouse", "pig", "ape")
            .vantage(vantage)
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> . 101:110(9) ack 50 "cat a pig"
                >s . 101:110(9) ack 50 "cat a ape"
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 H-27 the window of a connection that was picked up does not grow: no scale")
  void raisesNoWindow(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            c> . 1701:1801(100) ack 50
            >s same
            s> . 50:50(0) ack 101 win 88
            >c same
            s> . 50:50(0) ack 1701 win 44
            >c same
            s> . 50:50(0) ack 1801 win 88
            >c same
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 each direction starts at its first segment")
  void startsAtTheFirstSegmentOfEachDirection(Vantage vantage) {
    Engine engine =
        pickingUp(vantage)
            .run(
                """
                c> . 101:104(3) ack 50 "cat"
                >s . 101:104(3) ack 50 "dog"
                s> . 70:73(3) ack 104 "cat"
                >c . 70:73(3) ack 104 "dog"
                c> . 104:104(0) ack 73
                >s . 104:104(0) ack 73
                """);
    assertThat(engine.counters().of(Reason.DELAYED)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 an acknowledgement of octets sent before the pick-up passes")
  void forwardsAcksOfOctetsFromBeforeThePickUp(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            c> . 101:104(3) ack 50 "cat"
            >s . 101:104(3) ack 50 "dog"
            c> . 104:104(0) ack 80
            >s . 104:104(0) ack 80
            s> . 80:83(3) ack 104 "cat"
            >c . 80:83(3) ack 104 "dog"
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 the first segment may be an old retransmission: editing continues at the ACK")
  void continuesAtTheReceiversAck(Vantage vantage) {
    Engine engine =
        pickingUp(vantage)
            .run(
                """
                s> . 1001:1004(3) ack 1 "cat"
                >c . 1001:1004(3) ack 1 "dog"
                c> . 1:1(0) ack 2001
                >s . 1:1(0) ack 2001
                s> . 2001:2004(3) ack 1 "cat"
                >c . 2001:2004(3) ack 1 "dog"
                c> . 1:1(0) ack 3001
                >s . 1:1(0) ack 3001
                s> . 3001:3004(3) ack 1 "cat"
                >c . 3001:3004(3) ack 1 "dog"
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 held and delayed octets that the receiver has are no longer kept")
  void discardsOctetsThatTheReceiverHas(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            s> . 1001:1003(2) ack 1 "ca"
            >c . 1001:1001(0) ack 1
            s> . 1100:1103(3) ack 1 "cat"
            s> . 2010:2013(3) ack 1 "cat"
            c> . 1:1(0) ack 2001
            >s . 1:1(0) ack 2001
            s> . 2001:2010(9) ack 1 "tcat56789"
            >c . 2001:2013(12) ack 1 "tdog56789dog"
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 octets below a forged acknowledgement do not pass uninspected")
  void forgedAckLetsNoOctetsPass(Vantage vantage) {
    String probe = vantage == Vantage.INLINE ? ">c . 900000:900000(0) ack 1" : "nothing";
    pickingUp(vantage)
        .run(
            """
            s> . 1001:1004(3) ack 1 "cat"
            >c . 1001:1004(3) ack 1 "dog"
            c> . 1:1(0) ack 900001
            >s . 1:1(0) ack 900001
            s> . 1004:1007(3) ack 1 "cat"
            """
                + probe);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 a connection is picked up at an octet of the server")
  void picksUpAtAnOctetOfTheServer(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            c> S 0:0(0)
            >s same
            c> . 1:1(0) ack 1
            >s same
            s> . 1:4(3) ack 1 "cat"
            >c . 1:4(3) ack 1 "dog"
            c> . 1:4(3) ack 4 "cat"
            >s . 1:4(3) ack 4 "dog"
            """);
  }

  @Test
  @DisplayName(
      "C-67 law 11 picked up, a repetition whose acknowledgement was lost gets another one")
  void asksForAnotherAcknowledgement() {
    pickingUp(Vantage.INLINE)
        .run(
            """
            c> P. 101:104(3) ack 50 "cat"
            >s P. 101:104(3) ack 50 "dog"
            s> . 50:50(0) ack 104
            >c same
            c> P. 101:104(3) ack 50 "cat"
            >s . 103:103(0) ack 50
            s> . 50:50(0) ack 104
            >c same
            """);
  }

  @Test
  @DisplayName("C-66 a connection that was picked up is established")
  void establishesAPickedUpConnection() {
    Engine engine =
        pickingUp(Vantage.RECORDING)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 1:4(3) ack 1 "dot"
                >s same
                at 60s
                """);
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isZero();
  }

  @Test
  @DisplayName("C-67 law 3 octets below the first segment that the receiver lacks pass")
  void forwardsOctetsBelowTheFirstSegment() {
    TestEngine.inline("cat", "dog")
        .midStream(MidStream.PICK_UP)
        .run(
            """
            s> . 1001:1004(3) ack 1 "cat"
            >c . 1001:1004(3) ack 1 "dog"
            c> . 1:1(0) ack 1 <sack 1001:1004>
            >s same
            s> . 1:501(500) ack 1
            >c same
            c> . 1:1(0) ack 601 <sack 1001:1004>
            >s same
            s> . 601:1001(400) ack 1
            >c same
            c> . 1:1(0) ack 1004
            >s same
            """);
  }

  @Test
  @DisplayName("C-67 law 3 octets that fill a gap are acknowledged by their receiver alone")
  void acknowledgesNothingItself() {
    pickingUp(Vantage.INLINE)
        .run(
            """
            c> . 101:104(3) ack 50 "cat"
            >s . 101:104(3) ack 50 "dog"
            s> . 50:50(0) ack 104
            >c same
            c> . 640:1176(536) ack 50
            c> . 1176:1712(536) ack 50
            c> . 1712:2248(536) ack 50
            c> . 2248:2784(536) ack 50
            c> . 104:640(536) ack 50
            >s . 104:640(536) ack 50
            >s . 640:1176(536) ack 50
            >s . 1176:1712(536) ack 50
            >s . 1712:2248(536) ack 50
            >s . 2248:2784(536) ack 50
            s> . 50:50(0) ack 640
            >c same
            """);
  }

  @Test
  @DisplayName("C-67 law 1 picked up: octets that the receiver has not acknowledged are kept")
  void keepsFirstCopiesForAPickedUpReceiver() {
    pickingUp(Vantage.INLINE)
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(1_500))
        .run(
            """
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 1 win 1500
            c> . 1:1001(1000) ack 1
            >s . 1:1001(1000) ack 1 win 1500
            c> . 1001:2001(1000) ack 1
            >s . 1001:2001(1000) ack 1 win 1500
            c> . 2001:3001(1000) ack 1
            >s . 2001:3001(1000) ack 1 win 1500
            c> . 1:1001(1000) ack 1
            >s . 1:1001(1000) ack 1 win 1500
            """);
  }

  @Test
  @DisplayName(
      "C-67 law 1 picked up: octets beyond the limit wait 3 s for the receiver's first ACK")
  void waitsForTheReceiverOfAPickedUpStream() {
    pickingUp(Vantage.INLINE)
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(1_500))
        .run(
            """
            at 10s
            c> . 1:1001(1000) ack 1
            >s . 1:1001(1000) ack 1 win 1500
            c> . 1001:2001(1000) ack 1
            at 12.9s
            c> . 1001:2001(1000) ack 1
            at 13s
            c> . 1001:2001(1000) ack 1
            >s . 1001:2001(1000) ack 1
            """);
  }

  @Test
  @DisplayName("C-67 C-68 picked up: first copies are limited without acknowledgements")
  void limitsFirstCopiesOfAPickedUpConnection() {
    Engine engine =
        pickingUp(Vantage.INLINE).limits(EngineLimits.DEFAULTS.withDelayedBytes(5_000)).engine();
    Script script = Scripts.of(engine);
    script.run(
        "c> . 1:5001(5000) ack 1\n>s . 1:5001(5000) ack 1 win 5000\nc> . 5001:6001(1000) ack 1\nnothing\nat 3s\n");
    for (int start = 5_001; start < 100_000; start += 1_000) {
      String range = start + ":" + (start + 1_000) + "(1000)";
      script.run("c> . " + range + " ack 1\n>s . " + range + " ack 1\n");
    }
    engine.forEachConnection(connection -> {
      Stream stream = connection.stream(Direction.CLIENT_TO_SERVER);
      assertThat(stream.edits().firstCopies().length()).isBetween(1, 6_000);
    });
    assertThat(engine.budget().usedBytes()).isBetween(1L, 16_384L);
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @DisplayName("C-67 the hold time of octets that the receiver has acknowledged is over")
  void endsTheHoldTimeOfAcknowledgedOctets(Vantage vantage) {
    pickingUp(vantage)
        .run(
            """
            s> . 1001:1003(2) ack 1 "ca"
            >c . 1001:1001(0) ack 1
            c> . 1:1(0) ack 2001
            >s same
            s> . 2101:2104(3) ack 1 "cat"
            at 2s
            """);
  }

  @Test
  @DisplayName("C-67 H-27 a window that ends inside an edit of a pick-up stays as it is")
  void keepsAWindowInsideAnEdit() {
    TestEngine.of("Hello", "HELLO")
        .midStream(MidStream.PICK_UP)
        .run(
            """
            c> P. 1:6(5) ack 50 "Hello"
            >s P. 1:6(5) ack 50 "HELLO"
            s> . 50:50(0) ack 1 win 3
            >c same
            """);
  }

  @Test
  @DisplayName("C-67 C-68 H-42 a pick-up of which one direction passes elsewhere is not probed")
  void probesNoPickUpOfOneDirection() {
    TestEngine engines = pickingUp(Vantage.INLINE);
    Engine engine = engines.engine();
    Script script = Scripts.of(engine);
    for (int i = 0; i < 800; i++) {
      int at = 1 + i;
      script.run(
          "at %ds\nc> . %d:%d(1) ack 50 \"a\"\n>s same\n".formatted(10 * (i + 1), at, at + 1));
    }
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isZero();
  }
}
