package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the engine gives up a receiver that does not acknowledge what is in custody. */
class DeadReceiverTest {
  private static final String REPLY = ">c P. 1:8(7) ack 6 \"502 no\\n\"";

  /** The client was denied, and the reply is in flight since 0 s; the RTO is 1 s. */
  private static final String DENIED =
      """
      c> P. 1:6(5) ack 1 "STAT\\n"
      >c P. 1:8(7) ack 6 "502 no\\n"
      """;

  private static final String BOTH_RESET =
      """
      >s R. 1:1(0) ack 1
      >c R. 1:1(0) ack 6
      >c R. 8:8(0) ack 6
      """;

  private static final String CLOSED_WINDOW =
      """
      c> P. 1:6(5) ack 1 win 0 "STAT\\n"
      >c . 1:1(0) ack 6
      """;

  /** The server is silent: "bbbbdddddd" was sent four times until 7 s, and "dev" waits. */
  private static final String WAITING =
      Opening.window(10)
          + """
          c> . 1:11(10) ack 1 "adddddddev"
          >s . 1:11(10) ack 1 "bbbbdddddd"
          >c . 1:1(0) ack 11 win 0
          """
          + InCustody.sentAt(">s P. 1:11(10) ack 1 \"bbbbdddddd\"", "1s", "3s", "7s");

  private static final String PROBE = ">c . 0:0(0) ack 6\n";

  private static final String ANSWER = "c> . 6:6(0) ack 1 win 0\n";

  private final TestEngine test = InCustody.denying("502 no\n");
  private final Engine engine = test.engine();
  private final Script script = Scripts.of(engine);

  @Test
  @DisplayName("H-19 both endpoints are reset after attempts over 100 s without an answer")
  void resetsAfterUnansweredAttempts() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s", "15s", "31s", "63s", "123s")
            + "at 182.9s\nnothing\nat 183.0s\n"
            + BOTH_RESET);
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isOne();
    assertThat(test.events()).contains(Reason.CUSTODY_EXPIRED);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-19 an outage of less than 100 s does not reset")
  void survivesAnOutageShorterThanTheLimit() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s", "15s", "31s", "63s", "123s")
            + "c> . 6:6(0) ack 8\nat 1000s\nnothing\n");
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-19 only acknowledged octets answer a retransmission")
  void givesUpAReceiverThatSendsButNeverAcknowledges() {
    script.run(TestEngine.OPEN + DENIED);
    for (String at : new String[] {"1s", "3s", "7s", "15s", "31s", "63s", "123s"}) {
      script.run("at " + at + "\n" + REPLY + "\nc> . 6:6(0) ack 1\nnothing\n");
    }
    script.run("at 183s\n" + BOTH_RESET);
  }

  @Test
  @DisplayName(
      "H-19 a duplicate ACK during back-off shows that the path works: one attempt at once")
  void retransmitsWhenAnOutageEnds() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s", "15s", "31s")
            + "at 31.9s\nc> . 6:6(0) ack 1\nnothing\n"
            + "at 40s\nc> . 6:6(0) ack 1\n"
            + REPLY
            + "\nc> . 6:6(0) ack 1\nnothing\nc> . 6:6(0) ack 8\nat 1000s\nnothing\n");
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-19 a duplicate ACK starts an attempt after two unanswered ones, not after one")
  void retransmitsOnRequestDuringBackOffOnly() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s")
            + "at 2.5s\nc> . 6:6(0) ack 1\nnothing\n"
            + InCustody.sentAt(REPLY, "3s")
            + "at 4s\nc> . 6:6(0) ack 1\n"
            + REPLY);
  }

  @Test
  @DisplayName("H-19 a window update during back-off starts an attempt, too")
  void retransmitsWhenTheWindowMoves() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s")
            + "at 9s\nc> . 6:6(0) ack 1 win 60000\n"
            + REPLY);
  }

  @Test
  @DisplayName("H-19 duplicate ACKs put off neither the timer nor the end")
  void givesUpAReceiverThatOnlyRepeatsItsAck() {
    script.run(TestEngine.OPEN + DENIED + InCustody.sentAt(REPLY, "1s", "3s", "7s"));
    Map<Integer, String> timers = Map.of(10, "15s", 30, "31s", 60, "63s");
    for (int second = 10; second <= 110; second += 10) {
      script.run("at " + second + "s\nc> . 6:6(0) ack 1\n" + REPLY);
      if (timers.containsKey(second)) {
        script.run(InCustody.sentAt(REPLY, timers.get(second)));
      }
    }
    script.run(InCustody.sentAt(REPLY, "123s") + "at 182.9s\nnothing\nat 183s\n" + BOTH_RESET);
  }

  @Test
  @DisplayName("H-19 an attempt at the end of an outage has time for its answer")
  void waitsForTheAnswerToARequestedAttempt() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s", "15s", "31s", "63s")
            + "at 122.99s\nc> . 6:6(0) ack 1\n"
            + REPLY
            + "\n"
            + InCustody.sentAt(REPLY, "123s")
            + "at 123.01s\nc> . 6:6(0) ack 8\nat 1000s\nnothing\n");
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-19 a FIN that its sender repeats behind octets in custody starts one attempt")
  void retransmitsWhenTheSenderRepeatsItsFin() {
    TestEngine.inline("a", "bbbb", "evil", "good")
        .run(
            WAITING
                + """
                c> F. 11:11(0) ack 1
                at 8s
                c> F. 11:11(0) ack 1
                >c . 1:1(0) ack 11 win 0
                >s P. 1:11(10) ack 1 "bbbbdddddd"
                """);
  }

  @Test
  @DisplayName("H-19 octets that their sender repeats behind octets in custody start one attempt")
  void retransmitsWhenTheSenderRepeatsWhatWaits() {
    TestEngine.inline("a", "bbbb", "evil", "good")
        .run(
            WAITING
                + """
                at 8s
                c> . 8:11(3) ack 1 "dev"
                >s . 0:0(0) ack 1
                >c . 1:1(0) ack 11 win 0
                >s P. 1:11(10) ack 1 "bbbbdddddd"
                """);
  }

  @Test
  @DisplayName("H-19 the event of a dead receiver tells attempts and octets")
  void tellsHowMuchWasLost() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s")
            + "c> . 6:6(0) ack 4\n"
            + InCustody.sentAt(
                ">c P. 4:8(4) ack 6 \" no\\n\"", "2s", "4s", "8s", "16s", "32s", "64s", "124s")
            + """
            at 184s
            >s R. 1:1(0) ack 1
            >c R. 4:4(0) ack 6
            >c R. 8:8(0) ack 6
            """);
    assertThat(test.eventTexts()).contains("receiver is silent attempts=7 ownedBytes=4");
  }

  @Test
  @DisplayName("H-19 octets taken into custody later begin a new series of attempts")
  void countsAttemptsSinceCustodyBegan() {
    script.run(
        TestEngine.OPEN
            + DENIED
            + InCustody.sentAt(REPLY, "1s", "3s", "7s", "15s", "31s", "63s")
            + """
            c> . 6:6(0) ack 8
            at 1000s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >c P. 8:15(7) ack 11 "502 no\\n"
            at 1001s
            >c P. 8:15(7) ack 11 "502 no\\n"
            at 1003s
            >c P. 8:15(7) ack 11 "502 no\\n"
            """);
  }

  @Test
  @DisplayName("H-19 one lost zero-window probe does not reset")
  void survivesALostWindowProbe() {
    probeEveryMinute();
    probe(60);
    probeAnswered(60);
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-19 five zero-window probes without an answer reset, four do not")
  void resetsAfterFiveUnansweredWindowProbes() {
    probeEveryMinute();
    for (int i = 0; i < 4; i++) {
      probe(60);
    }
    probeAnswered(60);
    for (int i = 0; i < 5; i++) {
      probe(60);
    }
    script.run("at " + after(60) + "s\n>s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 6\n");
  }

  @Test
  @DisplayName("H-19 any segment answers a window probe")
  void anySegmentAnswersAWindowProbe() {
    probeEveryMinute();
    for (int i = 0; i < 10; i++) {
      int at = 6 + 2 * i;
      String line = "c> P. %d:%d(2) ack 1 win 0 \"x\\n\"\n".formatted(at, at + 2);
      String passed = ">s P. %d:%d(2) ack 1 \"x\\n\"\n".formatted(at - 5, at - 3);
      script.run(
          "at "
              + after(60)
              + "s\n>c . 0:0(0) ack "
              + at
              + "\n"
              + line
              + passed
              + "s> . 1:1(0) ack "
              + (at - 3)
              + "\n>c . 1:1(0) ack "
              + (at + 2)
              + "\n");
    }
  }

  /** Closes the client's window, and probes it until the back-off has reached 60 s. */
  private void probeEveryMinute() {
    script.run(TestEngine.OPEN + CLOSED_WINDOW);
    for (int wait = 1; wait < 60; wait *= 2) {
      probeAnswered(wait);
    }
    probeAnswered(60);
  }

  private void probeAnswered(double afterSeconds) {
    probe(afterSeconds);
    script.run(ANSWER);
  }

  private void probe(double afterSeconds) {
    script.run("at " + after(afterSeconds) + "s\n" + PROBE);
  }

  private double after(double seconds) {
    return script.nowNanos() / 1e9 + seconds;
  }
}
