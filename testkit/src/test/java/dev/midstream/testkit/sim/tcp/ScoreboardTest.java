package dev.midstream.testkit.sim.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scoreboard compared with arrays that have one element for each octet. */
@Tag("slow")
final class ScoreboardTest {
  private static final int SPACE = 4_000;

  private final Scoreboard scoreboard = new Scoreboard();
  private final boolean[] sacked = new boolean[SPACE];
  private final boolean[] lost = new boolean[SPACE];
  private final boolean[] retransmitted = new boolean[SPACE];
  private final int[] delivered = new int[SPACE];
  private int una;
  private int next;

  @Test
  void matchesArrayOfOctets() {
    long firstSeed = Long.getLong("midstream.seed", 1);
    int rounds = Integer.getInteger("midstream.rounds", 300);
    for (long seed = firstSeed; seed < firstSeed + rounds; seed++) {
      ScoreboardTest one = new ScoreboardTest();
      one.run(new SplittableRandom(seed), "-Dmidstream.rounds=1 -Dmidstream.seed=" + seed);
    }
  }

  private void run(SplittableRandom random, String replay) {
    for (int step = 0; step < 250; step++) {
      step(random, step);
      assertSame(replay + " step=" + step);
    }
  }

  private void step(SplittableRandom random, int nowNanos) {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> append(1 + random.nextInt(30), nowNanos);
      case 3 -> acknowledge(random.nextInt(40));
      case 4 -> report(random);
      case 5 -> markLost(random);
      case 6 -> retransmit(random, nowNanos);
      default -> markAllOrClear(random);
    }
  }

  private void append(int length, int nowNanos) {
    if (next + length <= SPACE) {
      scoreboard.append(next, next + (long) length, nowNanos);
      next += length;
    }
  }

  private void acknowledge(int length) {
    int ack = Math.min(next, una + length);
    scoreboard.removeBelow(ack, this::deliver);
    for (; una < ack; una++) {
      delivered[una] += sacked[una] ? 1 : 0;
      assertThat(delivered[una]).isEqualTo(1 + (sacked[una] ? 1 : 0));
    }
  }

  private void report(SplittableRandom random) {
    if (una == next) {
      return;
    }
    int start = random.nextInt(una, next);
    int end = random.nextInt(start, next) + 1;
    int reported = 0;
    for (int i = start; i < end; i++) {
      reported += sacked[i] ? 0 : 1;
    }
    assertThat(scoreboard.sack(start, end, this::deliver)).isEqualTo(reported);
    Arrays.fill(sacked, start, end, true);
    Arrays.fill(lost, start, end, false);
    Arrays.fill(retransmitted, start, end, false);
  }

  private void deliver(long start, long end, long sentNanos, int transmissions) {
    for (int i = (int) start; i < end; i++) {
      delivered[i]++;
    }
  }

  private void markLost(SplittableRandom random) {
    if (scoreboard.isEmpty()) {
      return;
    }
    int index = random.nextInt(scoreboard.head(), scoreboard.tail());
    scoreboard.markLost(index);
    markOctetsLost((int) scoreboard.start(index), (int) scoreboard.end(index));
  }

  private void markOctetsLost(int start, int end) {
    for (int i = start; i < end; i++) {
      lost[i] |= !sacked[i];
      retransmitted[i] &= sacked[i];
    }
  }

  private void retransmit(SplittableRandom random, int nowNanos) {
    int index = scoreboard.firstToRetransmit();
    if (index == scoreboard.tail()) {
      return;
    }
    int start = (int) scoreboard.start(index);
    int end = start + 1 + random.nextInt((int) scoreboard.end(index) - start);
    scoreboard.retransmitted(index, end, nowNanos);
    Arrays.fill(retransmitted, start, end, true);
  }

  private void markAllOrClear(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      scoreboard.markAllLost();
      markOctetsLost(una, next);
    } else if (random.nextInt(4) == 0) {
      scoreboard.clearLost();
      for (int i = una; i < next; i++) {
        lost[i] &= retransmitted[i];
      }
    }
  }

  private void assertSame(String replay) {
    long pipe = 0;
    boolean any = false;
    for (int i = una; i < next; i++) {
      int index = scoreboard.indexOf(i);
      boolean pendingRetransmits = lost[i] && !retransmitted[i];
      boolean isSame =
          scoreboard.start(index) <= i
              && scoreboard.isSacked(index) == sacked[i]
              && scoreboard.isLost(index) == lost[i]
              && scoreboard.needsRetransmit(index) == pendingRetransmits;
      if (!isSame) {
        assertSameAt(i, index, pendingRetransmits, replay);
      }
      pipe += (sacked[i] ? 0 : 1) - (lost[i] ? 1 : 0) + (retransmitted[i] ? 1 : 0);
      any |= pendingRetransmits;
    }
    assertThat(scoreboard.flightBytes()).as(replay).isEqualTo(next - (long) una);
    assertThat(scoreboard.pipeBytes()).as(replay).isEqualTo(pipe);
    assertThat(scoreboard.anyToRetransmit()).as(replay).isEqualTo(any);
  }

  /**
   * Says what differs. Only called then: an assertion for each octet of each step takes minutes.
   */
  private void assertSameAt(int i, int index, boolean pendingRetransmits, String replay) {
    assertThat(scoreboard.start(index)).as(replay).isLessThanOrEqualTo(i);
    assertThat(scoreboard.isSacked(index)).as(replay).isEqualTo(sacked[i]);
    assertThat(scoreboard.isLost(index)).as(replay).isEqualTo(lost[i]);
    assertThat(scoreboard.needsRetransmit(index)).as(replay).isEqualTo(pendingRetransmits);
  }
}
