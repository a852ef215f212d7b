package dev.midstream.reassembly.park;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The deadlines of records against a map. */
class RecordDeadlinesTest {
  private static final int PAGE_BYTES = 8 * 4_096 + 4 * 4_096;

  private final RecordDeadlines deadlines = new RecordDeadlines();
  private final Map<Integer, Long> twin = new HashMap<>();
  private final TreeMap<Long, Integer> counts = new TreeMap<>();

  private void remove(int record) {
    deadlines.remove(record);
    forget(record);
  }

  private void forget(int record) {
    Long due = twin.remove(record);
    if (due != null) {
      counts.compute(due, (_, count) -> count == null || count == 1 ? null : count - 1);
    }
  }

  private void set(int record, long dueNanos) {
    deadlines.set(record, dueNanos);
    forget(record);
    twin.put(record, dueNanos);
    counts.merge(dueNanos, 1, Integer::sum);
  }

  private void poll(long nowNanos) {
    long last = Long.MIN_VALUE;
    for (int due = deadlines.poll(nowNanos); due >= 0; due = deadlines.poll(nowNanos)) {
      Long at = twin.get(due);
      assertThat(at).isNotNull().isBetween(last, nowNanos);
      last = at == null ? last : at;
      assertThat(deadlines.dueNanos(due)).isEqualTo(Long.MAX_VALUE);
      forget(due);
    }
    assertThat(counts.headMap(nowNanos, true)).isEmpty();
  }

  @Test
  @DisplayName("HSI-10 records are polled in the order of their deadlines")
  void pollsRecordsInDeadlineOrder() {
    SeededRounds.run(
        40,
        random -> {
          deadlines.clear();
          twin.clear();
          counts.clear();
          int range = random.nextInt(1, 20_000);
          int part = random.nextInt(1, 10);
          for (int step = 0; step < range; step++) {
            int record = random.nextInt(10) * (random.nextInt(range) / 10);
            long before = twin.getOrDefault(record, Long.MAX_VALUE);
            assertThat(deadlines.dueNanos(record)).isEqualTo(before);
            if (random.nextInt(10) < part) {
              set(record, random.nextLong(1_000_000));
            } else {
              remove(record);
            }
            if (random.nextInt(100) == 0) {
              poll(random.nextLong(100_000));
            }
            assertThat(deadlines.size()).isEqualTo(twin.size());
            assertThat(deadlines.nextNanos())
                .isEqualTo(counts.isEmpty() ? Long.MAX_VALUE : counts.firstKey());
          }
          poll(1_000_000);
          assertThat(twin).isEmpty();
        });
  }

  @Test
  @DisplayName("HSI-10 a deadline that never comes is none")
  void removesADeadlineThatNeverComes() {
    deadlines.set(3, 5);
    deadlines.set(3, Long.MAX_VALUE);
    assertThat(deadlines.size()).isZero();
    assertThat(deadlines.poll(Long.MAX_VALUE)).isEqualTo(RecordDeadlines.NONE);
  }

  @Test
  @DisplayName("HSI-10 a deadline takes 16 octets, and they are given back")
  void takesLittleMemory() {
    int records = 100_000;
    for (int record = 0; record < records; record++) {
      deadlines.set(record, record ^ 0x5555);
    }
    assertThat(deadlines.heapBytes()).isLessThanOrEqualTo(16L * records + 2 * PAGE_BYTES);
    for (int record = 0; record < records; record++) {
      deadlines.remove(record);
    }
    assertThat(deadlines.heapBytes()).isLessThanOrEqualTo(3 * PAGE_BYTES);
  }
}
