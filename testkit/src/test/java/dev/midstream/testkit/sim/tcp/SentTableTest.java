package dev.midstream.testkit.sim.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of pieces against an array with one entry for each octet. */
@Tag("slow")
final class SentTableTest {
  private static final int SPACE = 4_000;

  private final SentTable table = new SentTable();
  private final boolean[] sacked = new boolean[SPACE];
  private final boolean[] lost = new boolean[SPACE];
  private final boolean[] resent = new boolean[SPACE];
  private final int[] delivered = new int[SPACE];
  private int una;
  private int next;

  @Test
  void isTheSameAsAnArrayOfOctets() {
    long firstSeed = Long.getLong("midstream.seed", 1);
    int rounds = Integer.getInteger("midstream.rounds", 300);
    for (long seed = firstSeed; seed < firstSeed + rounds; seed++) {
      SentTableTest one = new SentTableTest();
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
      case 5 -> lose(random);
      case 6 -> resend(random, nowNanos);
      default -> loseAllOrNothing(random);
    }
  }

  private void append(int length, int nowNanos) {
    if (next + length <= SPACE) {
      table.append(next, next + (long) length, nowNanos);
      next += length;
    }
  }

  private void acknowledge(int length) {
    int ack = Math.min(next, una + length);
    table.removeBelow(ack, this::deliver);
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
    int news = 0;
    for (int i = start; i < end; i++) {
      news += sacked[i] ? 0 : 1;
    }
    assertThat(table.sack(start, end, this::deliver)).isEqualTo(news);
    Arrays.fill(sacked, start, end, true);
    Arrays.fill(lost, start, end, false);
    Arrays.fill(resent, start, end, false);
  }

  private void deliver(long start, long end, long sentNanos, int transmissions) {
    for (int i = (int) start; i < end; i++) {
      delivered[i]++;
    }
  }

  private void lose(SplittableRandom random) {
    if (table.isEmpty()) {
      return;
    }
    int index = random.nextInt(table.head(), table.tail());
    table.lose(index);
    loseOctets((int) table.start(index), (int) table.end(index));
  }

  private void loseOctets(int start, int end) {
    for (int i = start; i < end; i++) {
      lost[i] |= !sacked[i];
      resent[i] &= sacked[i];
    }
  }

  private void resend(SplittableRandom random, int nowNanos) {
    int index = table.firstToResend();
    if (index == table.tail()) {
      return;
    }
    int start = (int) table.start(index);
    int end = start + 1 + random.nextInt((int) table.end(index) - start);
    table.resent(index, end, nowNanos);
    Arrays.fill(resent, start, end, true);
  }

  private void loseAllOrNothing(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      table.loseAll();
      loseOctets(una, next);
    } else if (random.nextInt(4) == 0) {
      table.loseNothing();
      for (int i = una; i < next; i++) {
        lost[i] &= resent[i];
      }
    }
  }

  private void assertSame(String replay) {
    long pipe = 0;
    boolean any = false;
    for (int i = una; i < next; i++) {
      int index = table.indexOf(i);
      boolean toResend = lost[i] && !resent[i];
      assertThat(table.start(index)).as(replay).isLessThanOrEqualTo(i);
      assertThat(table.isSacked(index)).as(replay).isEqualTo(sacked[i]);
      assertThat(table.isLost(index)).as(replay).isEqualTo(lost[i]);
      assertThat(table.isToResend(index)).as(replay).isEqualTo(toResend);
      pipe += (sacked[i] ? 0 : 1) - (lost[i] ? 1 : 0) + (resent[i] ? 1 : 0);
      any |= toResend;
    }
    assertThat(table.flightBytes()).as(replay).isEqualTo(next - (long) una);
    assertThat(table.pipeBytes()).as(replay).isEqualTo(pipe);
    assertThat(table.anyToResend()).as(replay).isEqualTo(any);
  }
}
