package dev.midstream.modcmd.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.SeededRounds;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RangeSetTest {
  private static final int SPACE = 120;
  private static final int STEPS = 40;

  @Test
  void matchesSetOfOctets() {
    SeededRounds.run(2_000, 2_000L * STEPS, RangeSetTest::compare);
  }

  @Test
  void refusesOneRangeMoreThanItsLimit() {
    RangeSet set = new RangeSet();
    for (int i = 0; i < RangeSet.MAX_RANGES; i++) {
      assertThat(set.add(2L * i, 2L * i + 1)).isTrue();
    }
    long end = 2L * RangeSet.MAX_RANGES;
    assertThat(set.add(end, end + 1)).isFalse();
    assertThat(set.size()).isEqualTo(RangeSet.MAX_RANGES);
    assertThat(set.highest()).isEqualTo(end - 1);
    assertThat(set.add(1, 2)).as("merges two ranges").isTrue();
    assertThat(set.add(end, end + 1)).isTrue();
  }

  @Test
  void addsRangesBeyondLimitIfUnbounded() {
    RangeSet set = new RangeSet();
    for (int i = 0; i <= RangeSet.MAX_RANGES; i++) {
      set.addUnbounded(2L * i, 2L * i + 1);
    }
    assertThat(set.size()).isEqualTo(RangeSet.MAX_RANGES + 1);
  }

  @Test
  void startsEmptyAfterClear() {
    RangeSet set = new RangeSet();
    set.add(3, 5);
    set.clear();
    assertThat(set.isEmpty()).isTrue();
    assertThat(set.highest()).isEqualTo(Long.MIN_VALUE);
    assertThat(set.nextStartAbove(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("law 6 a large set shrinks once it is mostly unused, and keeps its ranges")
  void shrinks() {
    RangeSet set = new RangeSet();
    for (int i = 0; i < 1_000; i++) {
      set.addUnbounded(2L * i, 2L * i + 1);
    }
    assertThat(set.heapBytes()).isEqualTo(16 * 1_024);
    set.removeBelow(2 * 990);
    assertThat(set.heapBytes()).isEqualTo(16 * 20);
    assertThat(set.size()).isEqualTo(10);
    assertThat(set.start(9)).isEqualTo(2 * 999);

    set.trim();
    assertThat(set.heapBytes()).isEqualTo(16 * 10);
    assertThat(set.end(9)).isEqualTo(2 * 999 + 1);
    set.add(3_000, 3_001);
    assertThat(set.size()).isEqualTo(11);
    set.clear();
    set.trim();
    assertThat(set.heapBytes()).isZero();
    set.add(1, 2);
    assertThat(set.contains(1, 2)).isTrue();
  }

  @Test
  @DisplayName("law 6 a set keeps its memory until three quarters of it are unused")
  void keepsMemoryInUse() {
    RangeSet set = new RangeSet();
    for (int i = 0; i < 20; i++) {
      set.add(2L * i, 2L * i + 1);
    }
    assertThat(set.heapBytes()).isEqualTo(16 * 32);
    set.trim();
    assertThat(set.heapBytes()).isEqualTo(16 * 32);
    set.removeBelow(2 * 11);
    assertThat(set.heapBytes()).isEqualTo(16 * 32);
    set.removeBelow(2 * 12);
    assertThat(set.heapBytes()).isEqualTo(16 * 16);
    assertThat(set.size()).isEqualTo(8);
  }

  @Test
  void hasRoomForEmptyRanges() {
    RangeSet set = new RangeSet();
    assertThat(set.add(5, 5)).isTrue();
    assertThat(set.isEmpty()).isTrue();
  }

  private static long compare(RandomGenerator random) {
    RangeSet set = new RangeSet();
    BitSet twin = new BitSet();
    for (int step = 0; step < STEPS; step++) {
      int start = random.nextInt(SPACE);
      int end = start + random.nextInt(20);
      int kind = random.nextInt(8);
      if (kind == 0) {
        set.removeBelow(start);
        set.trim();
        twin.clear(0, start);
      } else if (kind == 1) {
        assertThat(set.remove(start, end)).isEqualTo(twin.get(start, end).cardinality());
        twin.clear(start, end);
      } else {
        set.add(start, end);
        twin.set(start, end);
      }
      assertSameRanges(set, twin);
      assertSameAnswers(set, twin, start, end);
      int inside = twin.nextSetBit(start);
      assertThat(set.firstInside(start)).isEqualTo(inside < 0 ? Long.MAX_VALUE : inside);
    }
    return STEPS;
  }

  private static void assertSameRanges(RangeSet set, BitSet twin) {
    int at = 0;
    for (int i = 0; i < set.size(); i++) {
      assertThat(set.start(i)).isEqualTo(twin.nextSetBit(at));
      at = twin.nextClearBit((int) set.start(i));
      assertThat(set.end(i)).isEqualTo(at);
    }
    assertThat(twin.nextSetBit(at)).isEqualTo(-1);
    assertThat(set.isEmpty()).isEqualTo(twin.isEmpty());
    assertThat(set.highest()).isEqualTo(twin.isEmpty() ? Long.MIN_VALUE : twin.length());
  }

  private static void assertSameAnswers(RangeSet set, BitSet twin, int start, int end) {
    if (start < end) {
      assertThat(set.contains(start, end)).isEqualTo(twin.nextClearBit(start) >= end);
    }
    int next = twin.nextSetBit(start);
    assertThat(set.intersects(start, end)).isEqualTo(next >= 0 && next < end);
    int length = twin.get(start, Math.max(start, twin.length())).cardinality();
    assertThat(set.hasMoreThan(length, start)).isFalse();
    assertThat(set.hasMoreThan(length - 1, start)).isTrue();
    assertThat(set.firstOutside(start)).isEqualTo(twin.nextClearBit(start));
    int below = twin.previousSetBit(start - 1);
    assertThat(set.highestBelow(start)).isEqualTo(below < 0 ? Long.MIN_VALUE : below);
    int above = twin.nextSetBit(twin.nextClearBit(start));
    assertThat(set.nextStartAbove(start)).isEqualTo(above < 0 ? Long.MAX_VALUE : above);
    assertThat(set.firstEndingAfter(start)).isEqualTo(rangesEndingAtOrBelow(twin, start));
  }

  private static int rangesEndingAtOrBelow(BitSet twin, int offset) {
    int ranges = 0;
    for (int end = 1; end <= offset; end++) {
      if (twin.get(end - 1) && !twin.get(end)) {
        ranges++;
      }
    }
    return ranges;
  }
}
