package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Acknowledgements that wait, against a queue of 256, and their rate limit. */
class PendingAcksTest {
  private static final int MAX_ENTRIES = 256;
  private static final long HALF_SECOND_NANOS = 500_000_000L;

  private record Entry(long start, long end, long nanos, boolean deleted) {}

  private static Entry first(PendingAcks acks) {
    return new Entry(
        acks.firstStart(), acks.firstEnd(), acks.firstArrivedNanos(), acks.isFirstDeleted());
  }

  @Test
  @DisplayName("entries leave in order; of more than 256 the oldest is dropped")
  void keepsTheNewestInOrder() {
    SeededRounds.run(
        40,
        random -> {
          PendingAcks acks = new PendingAcks();
          Deque<Entry> twin = new ArrayDeque<>();
          int addsOfTen = random.nextInt(4, 9);
          for (int step = 1; step <= 1_200; step++) {
            if (random.nextInt(10) < addsOfTen) {
              Entry entry = new Entry(step, step + 7L, 3L * step, random.nextBoolean());
              add(acks, entry);
              twin.addLast(entry);
              if (twin.size() > MAX_ENTRIES) {
                twin.removeFirst();
              }
            } else if (!twin.isEmpty()) {
              acks.removeFirst();
              twin.removeFirst();
            }
            assertThat(acks.entries()).isEqualTo(twin.size());
            assertThat(acks.hasAny()).isEqualTo(!twin.isEmpty());
            if (!twin.isEmpty()) {
              assertThat(first(acks)).isEqualTo(twin.getFirst());
            }
          }
        });
  }

  private static void add(PendingAcks acks, Entry entry) {
    if (entry.deleted()) {
      acks.addDeleted(entry.start(), entry.end(), entry.nanos());
    } else {
      acks.addDelayed(entry.start(), entry.end(), entry.nanos());
    }
  }

  @Test
  @DisplayName("RFC 5961 section 7: eight ACKs are free, then one leaves each half second")
  void limitsTheRate() {
    PendingAcks acks = new PendingAcks();
    for (int i = 0; i < 8; i++) {
      assertThat(acks.requestAck(i)).isTrue();
      assertThat(acks.takeAck()).isTrue();
    }
    assertThat(acks.requestAck(7 + HALF_SECOND_NANOS - 1)).isFalse();
    assertThat(acks.takeAck()).isFalse();
    assertThat(acks.requestAck(7 + HALF_SECOND_NANOS)).isTrue();
    assertThat(acks.takeAck()).isTrue();
    assertThat(acks.requestAck(7 + 2 * HALF_SECOND_NANOS - 1)).isFalse();
    assertThat(acks.requestAck(7 + 2 * HALF_SECOND_NANOS)).isTrue();
  }

  @Test
  @DisplayName("RFC 5961 section 7: an ACK that waits already is promised again beyond the limit")
  void promisesAWaitingAck() {
    PendingAcks acks = new PendingAcks();
    for (int i = 0; i < 9; i++) {
      assertThat(acks.requestAck(0)).isTrue();
    }
    assertThat(acks.takeAck()).isTrue();
    assertThat(acks.requestAck(0)).isFalse();
  }

  @Test
  @DisplayName("RFC 2883 a D-SACK beyond the rate limit keeps the block that waits")
  void limitsDsacks() {
    PendingAcks acks = new PendingAcks();
    for (long i = 1; i <= 9; i++) {
      acks.requestDsack(10 * i, 10 * i + 5, 0);
    }
    assertThat(acks.hasAny()).isTrue();
    assertThat(acks.takeDsack()).isTrue();
    assertThat(acks.dsackStart()).isEqualTo(80);
    assertThat(acks.dsackEnd()).isEqualTo(85);
    assertThat(acks.takeDsack()).isFalse();
    assertThat(acks.hasAny()).isFalse();
    acks.requestDsack(100, 105, HALF_SECOND_NANOS);
    assertThat(acks.takeDsack()).isTrue();
    assertThat(acks.dsackStart()).isEqualTo(100);
  }

  @Test
  void knowsWhetherAnyWaits() {
    PendingAcks acks = new PendingAcks();
    assertThat(acks.hasAny()).isFalse();
    assertThat(acks.firstArrivedNanos()).isEqualTo(Long.MAX_VALUE);
    acks.requestAck(0);
    assertThat(acks.hasAny()).isTrue();
    acks.takeAck();
    assertThat(acks.hasAny()).isFalse();
    acks.addDelayed(1, 1, 0);
    assertThat(acks.hasAny()).isTrue();
    acks.clear();
    assertThat(acks.hasAny()).isFalse();
    assertThat(acks.firstArrivedNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("it counts the memory of its entries, and releases it when none waits")
  void countsItsMemory() {
    PendingAcks acks = new PendingAcks();
    assertThat(acks.heapBytes()).isZero();
    for (int i = 0; i < 9; i++) {
      acks.addDelayed(i, i + 1, 0);
    }
    assertThat(acks.heapBytes()).as("room for 16 entries of 4 numbers").isEqualTo(16 * 4 * 8);
    for (int i = 0; i < 8; i++) {
      acks.removeFirst();
    }
    acks.trim();
    assertThat(acks.firstStart()).as("an entry waits").isEqualTo(8);
    acks.removeFirst();
    acks.trim();
    assertThat(acks.heapBytes()).isZero();
    acks.addDelayed(20, 21, 0);
    assertThat(acks.firstStart()).isEqualTo(20);
  }
}
