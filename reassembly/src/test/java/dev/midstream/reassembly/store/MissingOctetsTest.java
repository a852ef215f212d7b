package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Released octets that were missing, against a map. */
class MissingOctetsTest {
  private static final int ROUNDS = 100;
  private static final int STEPS = 60;

  @Test
  @DisplayName("law 2 octets that were missing are kept beside the others, which stay as they are")
  void fillsWhatIsMissing() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, budget.openAccount());
          TreeMap<Long, Byte> twin = new TreeMap<>();
          long end = 0;
          for (int step = 0; step < STEPS; step++) {
            byte[] more = TestOctets.random(random, random.nextInt(50));
            if (random.nextInt(3) == 0) {
              end += random.nextInt(1, 100);
              released.append(end, MemorySegment.ofArray(more), 0, more.length);
              for (byte octet : more) {
                twin.put(end++, octet);
              }
            } else {
              long from = random.nextLong(released.freedBelow(), end + 1);
              released.fill(from, MemorySegment.ofArray(more), 0, more.length);
              for (int i = 0; i < more.length; i++) {
                twin.putIfAbsent(from + i, more[i]);
              }
              end = Math.max(end, from + more.length);
            }
            if (random.nextInt(8) == 0) {
              released.freeBelow(random.nextLong(end + 1));
              twin.headMap(released.freedBelow()).clear();
            }
            compareEnds(random.nextLong(end + 1), released, twin, end);
            twin.forEach((at, octet) -> assertThat(octetAt(released, at)).isEqualTo(octet));
          }
          released.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  private static byte octetAt(ReleasedOctets released, long at) {
    return released.memoryAt(at).get(ValueLayout.JAVA_BYTE, released.memoryOffsetOf(at));
  }

  private static void compareEnds(
      long from, ReleasedOctets released, NavigableMap<Long, Byte> twin, long end) {
    long kept = from;
    while (twin.containsKey(kept)) {
      kept++;
    }
    assertThat(released.keptEnd(from)).isEqualTo(kept);
    long missing = end;
    while (missing > from && twin.containsKey(missing - 1)) {
      missing--;
    }
    assertThat(released.lastMissingEnd(from, end)).isEqualTo(missing);
  }
}
