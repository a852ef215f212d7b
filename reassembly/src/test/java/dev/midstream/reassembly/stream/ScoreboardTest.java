package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reported and lost octets (RFC 6675) against a naive twin. */
class ScoreboardTest {
  private static final int LENGTH = 2_000;
  private static final int SEGMENT = 100;

  /** Octet by octet, with the start of each segment that was reported. */
  private static final class Twin {
    private final boolean[] reported = new boolean[LENGTH];
    private final TreeSet<Integer> segments = new TreeSet<>();

    void report(int start, int end) {
      int first = start;
      while (first < LENGTH && reported[first]) {
        first++;
      }
      if (first < end) {
        segments.add(first);
      }
      for (int at = start; at < end; at++) {
        reported[at] = true;
      }
    }

    boolean isLost(int position) {
      int octets = 0;
      for (int at = position; at < LENGTH; at++) {
        octets += reported[at] ? 1 : 0;
      }
      return segments.tailSet(position, false).size() >= 3 || octets > 2 * SEGMENT;
    }
  }

  @Test
  @DisplayName("RFC 6675 three segments, or more octets than two, reported above show a loss")
  void findsLosses() {
    SeededRounds.run(
        200,
        random -> {
          Scoreboard scoreboard = new Scoreboard();
          Twin twin = new Twin();
          int longest = random.nextBoolean() ? 40 : 150;
          for (int step = 0; step < 20; step++) {
            int start = random.nextInt(LENGTH - longest);
            int end = start + random.nextInt(1, longest);
            scoreboard.report(start, end);
            twin.report(start, end);
            for (int at = 0; at < LENGTH; at += random.nextInt(1, 30)) {
              assertThat(scoreboard.isLost(at, SEGMENT)).as("at %d", at).isEqualTo(twin.isLost(at));
            }
            assertThat(scoreboard.isLost(start, SEGMENT)).isEqualTo(twin.isLost(start));
          }
        });
  }

  @Test
  @DisplayName("RFC 6675 a segment that is reported again does not count twice")
  void countsSegmentsOnce() {
    Scoreboard scoreboard = new Scoreboard();
    for (int i = 0; i < 5; i++) {
      scoreboard.report(10, 11);
      scoreboard.report(20, 21);
    }
    assertThat(scoreboard.isLost(0, SEGMENT)).isFalse();
    scoreboard.report(5, 6);
    assertThat(scoreboard.isLost(0, SEGMENT)).isTrue();
    assertThat(scoreboard.isLost(4, SEGMENT)).isTrue();
    assertThat(scoreboard.isLost(5, SEGMENT)).as("two segments above").isFalse();
  }

  @Test
  @DisplayName("RFC 6675 a segment for which there is no room does not count twice either")
  void countsSegmentsBeyondTheLimitOnce() {
    Scoreboard scoreboard = new Scoreboard();
    for (long i = 0; i < 256; i++) {
      scoreboard.report(2 * i, 2 * i + 1);
    }
    for (int i = 0; i < 3; i++) {
      scoreboard.report(1_000, 1_010);
    }
    assertThat(scoreboard.isLost(600, SEGMENT)).isFalse();
    scoreboard.report(1_100, 1_110);
    scoreboard.report(900, 910);
    assertThat(scoreboard.isLost(600, SEGMENT)).isTrue();
    assertThat(scoreboard.isLost(900, SEGMENT)).isFalse();
  }

  @Test
  @DisplayName("RFC 2018 a range that starts at the acknowledgement was discarded by its receiver")
  void dropsDiscardedRanges() {
    Scoreboard scoreboard = new Scoreboard();
    scoreboard.report(100, 200);
    scoreboard.report(300, 400);
    scoreboard.onAcknowledged(99, 0);
    assertThat(scoreboard.sacked().start(0)).isEqualTo(100);
    scoreboard.onAcknowledged(100, 0);
    assertThat(scoreboard.sacked().size()).isOne();
    assertThat(scoreboard.sacked().start(0)).isEqualTo(300);
  }

  @Test
  @DisplayName("RFC 2883 what was retransmitted is known for one more window, for late D-SACKs")
  void keepsRetransmittedRangesForOneWindow() {
    Scoreboard scoreboard = new Scoreboard();
    scoreboard.retransmitted().add(100, 200);
    scoreboard.onAcknowledged(250, 100);
    assertThat(scoreboard.retransmitted().start(0)).isEqualTo(150);
    scoreboard.forgetRetransmitted(180);
    assertThat(scoreboard.retransmitted().start(0)).isEqualTo(180);
  }

  @Test
  @DisplayName("RFC 2018 after a timeout no report counts any more")
  void forgetsReports() {
    Scoreboard scoreboard = new Scoreboard();
    for (int start = 100; start < 600; start += 200) {
      scoreboard.report(start, start + 100);
    }
    assertThat(scoreboard.isLost(0, SEGMENT)).isTrue();
    scoreboard.forgetReports();
    assertThat(scoreboard.sacked().isEmpty()).isTrue();
    assertThat(scoreboard.isLost(0, SEGMENT)).isFalse();
    scoreboard.report(700, 710);
    assertThat(scoreboard.isLost(0, SEGMENT)).isFalse();
  }

  @Test
  @DisplayName("it counts the memory of its ranges, and releases it")
  void countsItsMemory() {
    Scoreboard scoreboard = new Scoreboard();
    assertThat(scoreboard.heapBytes()).isZero();
    scoreboard.report(10, 11);
    int single = scoreboard.heapBytes();
    assertThat(single).isPositive();
    scoreboard.retransmitted().add(10, 11);
    assertThat(scoreboard.heapBytes()).isEqualTo(2 * single);
    scoreboard.onAcknowledged(20, 0);
    scoreboard.trim();
    assertThat(scoreboard.heapBytes()).isZero();
  }
}
