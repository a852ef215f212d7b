package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How fast octets leave that waited after a gap. The round trip to the receiver is 100 ms. */
class PacerTest {
  private static final long MILLI = 1_000_000;
  private static final int ROUND_TRIP_MILLIS = 100;
  private static final int SEGMENT_BYTES = 1_000;
  private static final int FLIGHT_SEGMENTS = 20;
  private static final int LARGE_FLIGHT_SEGMENTS = 50;
  private static final int EDIT_BYTES = 100;

  private Talk talk;
  private long nowMillis = 1;
  private long sent;
  private int copies = 1;

  PacerTest() {
    talk = open(SimpleAgents.passing());
  }

  private static Talk open(Agent<?> agent) {
    return new Talk(TestEngine.inline(agent).parkAfter(Long.MAX_VALUE).engine(), Ends.IPV4, MILLI);
  }

  @Test
  @DisplayName("H-11 a flight after a gap leaves within half a round trip")
  void sendsAFlightWithinHalfARoundTrip() {
    measure();
    sendWithGap(1);
    assertThat(millisUntilAllHaveLeft()).isBetween(40L, 60L);
  }

  @Test
  @DisplayName("H-11 what came after a gap before the first sample of the round trip is one flight")
  void takesAllForOneFlightBeforeTheFirstSample() {
    sendWithGap(1);
    assertThat(millisUntilAllHaveLeft()).isBetween(40L, 60L);
  }

  @Test
  @DisplayName("H-11 a flight that edits tripled is still one flight")
  void countsAGrownFlightAsOne() {
    talk = open(scaling(3));
    measure();
    sendWithGap(1);
    assertThat(millisUntilAllHaveLeft()).isBetween(40L, 60L);
  }

  @Test
  @DisplayName("H-11 three flights that edits made smaller are still three flights")
  void countsThreeShrunkFlightsAsThree() {
    measure();
    sendWithGap(3);
    long unedited = millisUntilAllHaveLeft();
    talk = open(scaling(0.25));
    nowMillis = 1;
    sent = 0;
    measure();
    sendWithGap(3);
    assertThat(millisUntilAllHaveLeft()).isBetween(unedited * 8 / 10, unedited * 11 / 10);
    assertThat(unedited).isBetween(200L, 270L);
  }

  @Test
  @DisplayName("H-11 a flight whose gap was forgotten after 100 s does not count for the next gap")
  void forgetsTheFlightOfAGapThatExpired() {
    measure();
    sendLargeFlightAfterGap();
    pass(101_000);
    assertThat(talk.stream().sender().delayed().isEmpty()).isTrue();
    sendWithGap(3);
    assertThat(millisUntilAllHaveLeft()).isBetween(200L, 270L);
  }

  @Test
  @DisplayName("H-11 a flight that has left does not count for a gap that opens a moment later")
  void forgetsTheFlightThatHasLeft() {
    measure();
    sendLargeFlightAfterGap();
    talk.client(sent, SEGMENT_BYTES);
    sent += (1 + LARGE_FLIGHT_SEGMENTS) * SEGMENT_BYTES;
    millisUntilAllHaveLeft();
    talk.server(talk.newReleased());
    pass(1);
    sendWithGap(3);
    assertThat(millisUntilAllHaveLeft()).isBetween(180L, 270L);
  }

  @Test
  @DisplayName("H-11 what comes again after a gap makes its flight no larger")
  void countsOctetsThatComeAgainOnce() {
    copies = 2;
    measure();
    sendWithGap(3);
    assertThat(millisUntilAllHaveLeft()).isBetween(200L, 270L);
  }

  @Test
  @DisplayName("H-11 a filled gap whose octets are one edit is paced")
  void pacesOneLargeEdit() {
    talk = open(LambdaAgent.onClient((view, out) -> out.replace(view.length(), tripled(view))));
    measure();
    sendWithGap(1);
    long beforeGap = 3 * (100 + SEGMENT_BYTES);
    long leavesAtOnce = SEGMENT_BYTES + Pacer.stepBytes(1_460);
    assertThat(talk.newReleased()).isBetween(beforeGap + 1, beforeGap + leavesAtOnce);
    assertThat(talk.stream().edits().custodyEnd()).isLessThan(sent);
    talk.server(talk.newReleased());
    assertThat(talk.stream().edits().custodyEnd()).as("filler acknowledged").isEqualTo(sent);
    assertThat(millisUntilAllHaveLeft()).isBetween(30L, 60L);
  }

  private static Octets tripled(OctetView view) {
    return Octets.of(new byte[3 * view.length()]);
  }

  /** The client sends a large flight, of which the first segment is lost. */
  private void sendLargeFlightAfterGap() {
    for (int i = 1; i <= LARGE_FLIGHT_SEGMENTS; i++) {
      talk.client(sent + (long) i * SEGMENT_BYTES, SEGMENT_BYTES);
    }
  }

  /** Replaces each 100 octets by {@code factor} times as many. */
  private static Agent<?> scaling(double factor) {
    return LambdaAgent.onClient((view, out) -> {
      for (int at = 0; at < view.length(); at += EDIT_BYTES) {
        int length = Math.min(EDIT_BYTES, view.length() - at);
        out.replace(length, Octets.of(new byte[(int) (factor * length)]));
      }
    });
  }

  /** The client sends 100 octets, which the server acknowledges after a round trip. */
  private void measure() {
    talk.client(sent, 100);
    sent += 100;
    pass(ROUND_TRIP_MILLIS);
    talk.server(talk.newReleased());
    pass(1);
  }

  /**
   * The client sends a flight, a segment each millisecond, and in each of the next round trips
   * another one. The first segment is acknowledged, the second one is lost. It comes again half a
   * round trip after the last flight.
   */
  private void sendWithGap(int flights) {
    long start = sent;
    for (int flight = 0; flight < flights; flight++) {
      for (int i = 0; i < FLIGHT_SEGMENTS; i++) {
        for (int j = 0; j < copies && sent != start + SEGMENT_BYTES; j++) {
          talk.client(sent, SEGMENT_BYTES);
        }
        sent += SEGMENT_BYTES;
        pass(1);
      }
      pass(ROUND_TRIP_MILLIS + 1 - FLIGHT_SEGMENTS);
      if (flight == 0) {
        talk.server(talk.newReleased());
      }
    }
    pass(ROUND_TRIP_MILLIS / 2);
    talk.client(start + SEGMENT_BYTES, SEGMENT_BYTES);
  }

  /** How long the octets that were sent take to leave, if no packet comes meanwhile. */
  private long millisUntilAllHaveLeft() {
    long start = nowMillis;
    long end = talk.stream().newEnd();
    while (talk.newReleased() < end && nowMillis < start + 100 * ROUND_TRIP_MILLIS) {
      pass(1);
    }
    assertThat(talk.stream().decided()).isEqualTo(sent);
    return nowMillis - start;
  }

  private void pass(int millis) {
    nowMillis += millis;
    talk.runTimers(nowMillis * MILLI);
  }
}
