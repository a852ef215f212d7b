package dev.midstream.testkit.sim.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RangeSetTest {
  private static final int SPACE = 120;

  @Test
  void isTheSameAsASetOfOctets() {
    long firstSeed = Long.getLong("midstream.seed", 1);
    int rounds = Integer.getInteger("midstream.rounds", 2_000);
    for (long seed = firstSeed; seed < firstSeed + rounds; seed++) {
      compare(new SplittableRandom(seed), "-Dmidstream.rounds=1 -Dmidstream.seed=" + seed);
    }
  }

  private static void compare(SplittableRandom random, String replay) {
    RangeSet set = new RangeSet();
    BitSet twin = new BitSet();
    for (int step = 0; step < 40; step++) {
      int start = random.nextInt(SPACE);
      int end = start + random.nextInt(20);
      if (random.nextInt(8) == 0) {
        set.removeBelow(start);
        twin.clear(0, start);
      } else {
        set.add(start, end);
        twin.set(start, end);
      }
      assertSame(set, twin, replay);
      boolean all = twin.nextClearBit(start) >= end;
      assertThat(set.has(start, end)).as(replay).isEqualTo(all || start == end);
      int next = twin.nextSetBit(start);
      assertThat(set.touches(start, end)).as(replay).isEqualTo(next >= 0 && next < end);
    }
  }

  private static void assertSame(RangeSet set, BitSet twin, String replay) {
    int at = 0;
    for (int i = 0; i < set.count(); i++) {
      assertThat(set.start(i)).as(replay).isEqualTo(twin.nextSetBit(at));
      at = twin.nextClearBit((int) set.start(i));
      assertThat(set.end(i)).as(replay).isEqualTo(at);
    }
    assertThat(twin.nextSetBit(at)).as(replay).isEqualTo(-1);
    assertThat(set.isEmpty()).as(replay).isEqualTo(twin.isEmpty());
  }
}
