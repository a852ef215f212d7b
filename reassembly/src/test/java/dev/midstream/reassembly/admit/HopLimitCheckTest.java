package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.ClientFrames;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.store.UnconfirmedOctets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Segments with a TTL far below normal need a second copy. */
class HopLimitCheckTest {
  private final TestEngine test = TestEngine.inline("Hello", "Hi");

  @Test
  @DisplayName("H-41 octets that expire before the receiver are not a first copy")
  void lowTtlOctetsAreNoFirstCopy() {
    Engine engine =
        test.open(
            """
            c> P. 1:5(4) ack 1 ttl 2 "evil"
            nothing
            c> P. 1:5(4) ack 1 ttl 64 "good"
            >s P. 1:5(4) ack 1 ttl 64 "good"
            """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isOne();
    assertThat(test.events()).containsExactly(Reason.INCONSISTENT_RETRANSMISSION);
    assertThat(engine.budget().usedBytes()).isEqualTo("good".length());
  }

  @Test
  @DisplayName("H-41 C-73 octets that a capture truncated are not compared")
  void comparesNoTruncatedOctets() {
    test.open(
        """
        c> . 1:6(5) ack 1 "Hello"
        >s . 1:3(2) ack 1 "Hi"
        c> P. 6:14(8) ack 1 ttl 2 "goodevil"
        nothing
        c> P. 6:14(8) ack 1 ttl 64 "goodgood" cut 4
        >s P. 3:11(8) ack 1 ttl 64
        """);
    assertThat(test.events()).doesNotContain(Reason.INCONSISTENT_RETRANSMISSION);
  }

  @Test
  @DisplayName("H-41 the slack is 5; beyond it octets are accepted when they are retransmitted")
  void acceptsTtlsWithinTheSlack() {
    Engine engine =
        test.open(
            """
            c> . 1:3(2) ack 1 ttl 59 "ab"
            >s . 1:3(2) ack 1 ttl 64 "ab"
            c> . 3:5(2) ack 1 ttl 58 "cd"
            nothing
            c> . 3:5(2) ack 1 ttl 58 "cd"
            >s . 3:5(2) ack 1 ttl 64 "cd"
            """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isOne();
    assertThat(test.events()).isEmpty();
  }

  @Test
  @DisplayName("H-41 law 6 beyond the limit of low-TTL pieces the farthest is dropped and counted")
  void countsForgottenPieces() {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < UnconfirmedOctets.MAX_PIECES; i++) {
      script.append("c> . %d:%d(1) ack 1 ttl 2\n".formatted(3 + 2 * i, 4 + 2 * i));
    }
    assertThat(test.open(script.toString()).counters().of(Reason.UNCONFIRMED_LIMIT)).isZero();
    assertThat(test.events()).isEmpty();
    script.append("c> . 1:2(1) ack 1 ttl 2\n");
    assertThat(test.open(script.toString()).counters().of(Reason.UNCONFIRMED_LIMIT)).isOne();
    assertThat(test.events()).containsExactly(Reason.UNCONFIRMED_LIMIT);
  }

  @Test
  @DisplayName("H-41 of two different low-TTL copies the later one is accepted, with an event")
  void laterLowTtlCopyWins() {
    Engine engine =
        test.open(
            """
            c> . 1:3(2) ack 1 ttl 2 "ab"
            c> . 1:3(2) ack 1 ttl 50 "cd"
            >s . 1:3(2) ack 1 ttl 64 "cd"
            c> . 3:5(2) ack 1 ttl 2 "ef"
            c> . 3:6(3) ack 1 ttl 50 "ghi"
            >s . 3:5(2) ack 1 ttl 50 "gh"
            """);
    assertThat(test.events())
        .containsExactly(Reason.INCONSISTENT_RETRANSMISSION, Reason.INCONSISTENT_RETRANSMISSION);
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-41 C-65 the next low-TTL octets are kept even without room")
  void keepsTheNextOctetsWithoutRoom() {
    TestEngine.inline("Hello", "Hi")
        .limits(EngineLimits.DEFAULTS.withTotalBytes(1))
        .open(
            """
            c> . 1:3(2) ack 1 ttl 2 "ab"
            c> . 1:3(2) ack 1 ttl 50 "ab"
            >s . 1:3(2) ack 1 ttl 64 "ab"
            """);
  }

  @Test
  @DisplayName("H-41 low-TTL copies of known octets do not lower the normal TTL")
  void learnsNothingFromKnownOctets() {
    test.open(
        """
        c> . 1:3(2) ack 1 "ab"
        >s same
        c> . 1:3(2) ack 1 ttl 50 "ab"
        >s . 1:3(2) ack 1 ttl 50 "ab"
        c> . 1:3(2) ack 1 ttl 50 "ab"
        >s . 1:3(2) ack 1 ttl 50 "ab"
        c> . 3:5(2) ack 1 ttl 50 "cd"
        nothing
        """);
  }

  @Test
  @DisplayName("H-41 a low-TTL acknowledgement beside a gap passes")
  void forwardsALowAcknowledgementBesideAGap() {
    test.open(
        """
        s> . 1:4(3) ack 1 "abc"
        >c same
        c> . 5:5(0) ack 4 ttl 50
        >s . 1:1(0) ack 4 ttl 50
        """);
  }

  @Test
  @DisplayName("H-41 two confirmed segments lower the normal TTL")
  void learnsALongerRoute() {
    Engine engine =
        test.open(
            """
            c> . 1:3(2) ack 1 ttl 50 "ab"
            c> . 1:3(2) ack 1 ttl 50 "ab"
            >s . 1:3(2) ack 1 ttl 64 "ab"
            c> . 3:5(2) ack 1 ttl 51 "cd"
            c> . 3:5(2) ack 1 ttl 50 "cd"
            >s . 3:5(2) ack 1 ttl 50 "cd"
            c> . 5:7(2) ack 1 ttl 45 "ef"
            >s . 5:7(2) ack 1 ttl 50 "ef"
            c> . 7:9(2) ack 1 ttl 44 "gh"
            """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isEqualTo(3);
  }

  @Test
  @DisplayName("H-41 a wrong normal TTL from the handshake is corrected within two segments")
  void learnsAShorterRoute() {
    test.run(
        Opening.of("<mss 1460>", "ttl 255 <mss 1460>", "ttl 2")
            + """
            c> . 1:3(2) ack 1 ttl 60 "ab"
            >s . 1:3(2) ack 1 ttl 2 "ab"
            c> . 3:5(2) ack 1 ttl 61 "cd"
            >s . 3:5(2) ack 1 ttl 60 "cd"
            s> . 1:3(2) ack 5 ttl 64 "xy"
            >c . 1:3(2) ack 5 ttl 64 "xy"
            """);
  }

  @Test
  @DisplayName("H-41 a low-TTL segment changes no acknowledgement, window or timestamp")
  void lowTtlSegmentChangesNoState() {
    test.run(
        Opening.stamped(10, 900, 20)
            + """
            s> . 1:6(5) ack 1 <TS 901/20> "Hello"
            >c . 1:3(2) ack 1 <TS 901/20> "Hi"
            c> F. 1:5(4) ack 3 win 1 ttl 3 <TS 9000/901> "evil"
            nothing
            s> . 1:6(5) ack 1 <TS 902/20> "Hello"
            >c . 1:3(2) ack 1 <TS 902/20> "Hi"
            c> . 1:5(4) ack 1 <TS 21/901> "good"
            >s . 1:5(4) ack 1 <TS 21/901> "good"
            """);
  }

  @Test
  @DisplayName("H-41 C-36 a low-TTL FIN has no effect until it is retransmitted")
  void ignoresALowTtlFinUntilItIsRetransmitted() {
    Engine engine =
        test.open(
            """
            c> F. 1:1(0) ack 1 ttl 2
            c> . 1:3(2) ack 1 "ab"
            >s . 1:3(2) ack 1 "ab"
            c> F. 3:3(0) ack 1 ttl 9
            c> F. 3:3(0) ack 1 ttl 9
            >s F. 3:3(0) ack 1
            """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "H-41 law 11 a longer low-TTL retransmission confirms the known octets that it carries")
  void longerRetransmissionConfirmsItsKnownPart() {
    test.open(
        """
        c> P. 1:3(2) ack 1 ttl 40 "ab"
        c> FP. 1:6(5) ack 1 ttl 40 "abcde"
        >s P. 1:3(2) ack 1 ttl 64 "ab"
        c> FP. 1:6(5) ack 1 ttl 40 "abcde"
        >s FP. 1:6(5) ack 1 "abcde"
        """);
    assertThat(test.events()).isEmpty();
  }

  @Test
  @DisplayName("H-41 known octets and pure acknowledgements leave with the TTL they came with")
  void forwardsKnownOctetsWithTheirTtl() {
    Engine engine =
        test.open(
            """
            s> . 1:6(5) ack 1 "Hello"
            >c . 1:3(2) ack 1 "Hi"
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 ttl 64 "Hi"
            c> . 1:6(5) ack 1 ttl 9 "Hello"
            >s . 1:3(2) ack 1 ttl 9 "Hi"
            c> . 6:6(0) ack 3 ttl 7
            >s . 3:3(0) ack 6 ttl 7
            c> . 1:6(5) ack 3 ttl 63 "Hello"
            >s . 1:3(2) ack 6 ttl 63 "Hi"
            """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isZero();
  }

  @Test
  @DisplayName("H-41 octets that the engine releases leave with the normal TTL")
  void releasesWithTheNormalTtl() {
    test.open(
        """
        c> . 6:9(3) ack 1 ttl 60 "abc"
        >c . 1:1(0) ack 1 <sack 6:9>
        c> . 1:4(3) ack 1 ttl 61 "Hel"
        c> . 4:6(2) ack 1 ttl 62 "lo"
        >s . 1:6(5) ack 1 ttl 64 "Hiabc"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 9
        c> . 9:12(3) ack 1 "Hel"
        at 1.05s
        >c . 1:1(0) ack 12
        >s . 6:9(3) ack 1 ttl 64 "Hel"
        """);
  }

  @Test
  @DisplayName("H-41 opaque octets leave with the TTL they came with")
  void forwardsOpaqueOctetsWithTheirTtl() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.onClient((view, out) -> {
                  if (view.length() > 0) {
                    out.skip(100);
                  }
                }))
            .open(
                """
                c> . 1:5(4) ack 1
                >s . 1:5(4) ack 1 ttl 64
                c> . 5:9(4) ack 1 ttl 30
                >s . 5:9(4) ack 1 ttl 30
                """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isZero();
  }

  @Test
  @DisplayName("H-41 C-62 low TTLs of a recording are counted and have no effect")
  void countsLowTtlOfARecording() {
    Engine engine =
        test.vantage(Vantage.RECORDING)
            .open(
                """
                c> . 1:6(5) ack 1 ttl 2 "Hello"
                >s . 1:3(2) ack 1 ttl 2 "Hi"
                c> . 6:9(3) ack 1 ttl 2 "abc"
                >s . 3:6(3) ack 1 ttl 2 "abc"
                """);
    assertThat(engine.counters().of(Reason.LOW_TTL)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-41 law 11 the stream arrives over any route, with a forgery before each segment")
  void deliversTheStreamDespiteForgeries() {
    SeededRounds.run(300, HopLimitCheckTest::send);
  }

  /** Sends a stream in random segments; lost octets are retransmitted in other segments. */
  private static void send(RandomGenerator random) {
    Engine engine = TestEngine.inline(SimpleAgents.passing()).engine();
    Ends ends = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    StringBuilder left = new StringBuilder();
    ClientFrames wire = new ClientFrames(engine, ends, left);
    Scripts.of(engine).between(ends).run(TestEngine.OPEN);
    String sent = "the quick brown fox jumps over the lazy dog and runs";
    int route = random.nextBoolean() ? 64 : random.nextInt(20, 60);
    int arrived = 0;
    for (int round = 0; arrived < sent.length(); round++) {
      assertThat(round).as("rounds, route=%d left=%s", route, left).isLessThan(400);
      int end = Math.min(sent.length(), arrived + random.nextInt(1, 12));
      if (random.nextInt(3) == 0 && arrived >= wire.sentTo()) {
        wire.forge(arrived, sent.substring(arrived, end).toUpperCase(Locale.ROOT));
      }
      wire.send(arrived, sent.substring(arrived, end), route + random.nextInt(3));
      arrived = left.length();
    }
    assertThat(left.toString()).isEqualTo(sent);
  }
}
