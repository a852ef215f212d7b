package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Delayed octets against a map. */
class DelayedSegmentsTest {

  private static final int ROUNDS = 100;

  private static final int STEPS = 60;

  @Test
  void keepsTheFirstCopy() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          DelayedSegments delayed = new DelayedSegments(allocator, budget.openAccount());
          TreeMap<Long, Byte> twin = new TreeMap<>();
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(6) > 0) {
              long start = random.nextLong(200);
              byte[] more = random.nextBoolean() ? new byte[20] : TestOctets.random(random, 20);
              int length = random.nextInt(1, 20);
              boolean same = true;
              for (int i = 0; i < length; i++) {
                Byte known = twin.putIfAbsent(start + i, more[i]);
                same &= known == null || known == more[i];
              }
              boolean consistent =
                  delayed.add(start, MemorySegment.ofArray(more), 0, length, false);
              assertThat(consistent).isEqualTo(same);
            } else if (!delayed.isEmpty()) {
              takeFirst(delayed, twin);
            }
            assertThat(budget.usedBytes())
                .isEqualTo(delayed.chargedBytes())
                .isEqualTo(twin.size() + (long) delayed.size() * DelayedSegments.OVERHEAD_BYTES);
          }
          while (!delayed.isEmpty()) {
            takeFirst(delayed, twin);
          }
          assertThat(twin).isEmpty();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  private static void takeFirst(DelayedSegments delayed, NavigableMap<Long, Byte> twin) {
    assertThat(delayed.firstStart()).isEqualTo(twin.firstKey());
    int length = (int) (delayed.firstEnd() - delayed.firstStart());
    byte[] first = TestOctets.read(delayed.firstMemory(), 0, length);
    for (int i = 0; i < length; i++) {
      assertThat(twin.remove(delayed.firstStart() + i)).isEqualTo(first[i]);
    }
    delayed.removeFirst();
  }
}
