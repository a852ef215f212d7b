package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReplacedOctetsTest {
  private final MemoryBudget budget = new MemoryBudget(1_000_000, 0);
  private final ReplacedOctets replaced =
      new ReplacedOctets(PooledByteBufAllocator.DEFAULT, budget.openAccount());

  private static MemorySegment letters(int length) {
    return MemorySegment.ofArray("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  @DisplayName("HDP-17 octets are found by their offset, as in a map, also after a move")
  void findsOctetsByOffset() {
    SeededRounds.run(
        100,
        random -> {
          MemoryBudget charged = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReplacedOctets store = new ReplacedOctets(allocator, charged.openAccount());
          TreeMap<Long, Byte> twin = new TreeMap<>();
          long end = 0;
          for (int step = 0; step < 80; step++) {
            if (random.nextInt(3) > 0) {
              end += random.nextInt(20);
              byte[] more = TestOctets.random(random, random.nextInt(12));
              store.keep(end, MemorySegment.ofArray(more), 0, more.length);
              for (byte octet : more) {
                twin.put(end++, octet);
              }
            } else {
              long below = random.nextLong(end + 5);
              store.freeBelow(below);
              twin.headMap(below).clear();
            }
            compare(store, twin, end);
            compareAny(store, twin, end, random);
            assertThat(charged.usedBytes()).isEqualTo(twin.size());
          }
          compareMoved(store, twin, end);
          store.free();
          assertThat(charged.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
          assertThat(store.isEmpty()).isTrue();
        });
  }

  @Test
  @DisplayName("law 6 the places of many small edits are given back when they are acknowledged")
  void shrinks() {
    MemorySegment octet = letters(1);
    for (int at = 0; at < 10_000; at++) {
      replaced.keep(2L * at, octet, 0, 1);
    }
    assertThat(replaced.heapBytes()).isGreaterThan(16 * 10_000);

    replaced.freeBelow(2L * 9_990);
    assertThat(replaced.heapBytes()).isEqualTo(16 * 64);
    assertThat(replaced.lengthAt(2L * 9_995)).isOne();
    replaced.trim();
    assertThat(replaced.heapBytes()).isEqualTo(16 * 16);
    assertThat(replaced.lengthAt(2L * 9_995)).isOne();
    replaced.freeBelow(20_000);
    replaced.trim();

    assertThat(replaced.heapBytes()).isZero();
    assertThat(budget.usedBytes()).isZero();
    replaced.keep(30_000, octet, 0, 1);
    assertThat(replaced.lengthAt(30_000)).isOne();
  }

  @Test
  @DisplayName("law 6 places that are trimmed after each edit are moved seldom")
  void trimsWithoutMovingEachTime() {
    MemorySegment octet = letters(1);
    int moves = 0;
    for (int at = 0; at < 3_000; at++) {
      int before = replaced.heapBytes();
      replaced.keep(2L * at, octet, 0, 1);
      moves += replaced.heapBytes() == before ? 0 : 1;
      replaced.freeBelow(2L * (at - 1_023));
      replaced.trim();
    }
    assertThat(moves).isLessThan(20);
  }

  private static void compare(ReplacedOctets store, NavigableMap<Long, Byte> twin, long end) {
    for (long at = -1; at <= end; at++) {
      int length = store.lengthAt(at);
      assertThat(length > 0).isEqualTo(twin.containsKey(at));
      if (length > 0) {
        byte octet = store.memory().get(ValueLayout.JAVA_BYTE, store.memoryOffsetOf(at));
        assertThat(octet).isEqualTo(twin.get(at));
        assertThat(twin.subMap(at, at + length)).hasSize(length);
      } else {
        Long next = twin.higherKey(at);
        assertThat(store.nextStartAbove(at)).isEqualTo(next == null ? Long.MAX_VALUE : next);
      }
    }
  }

  /** Compares what another store reads. */
  private void compareMoved(ReplacedOctets store, NavigableMap<Long, Byte> twin, long end) {
    StateWriter out = new StateWriter();
    store.write(out);
    StateReader in = new StateReader(out.toOctets(), 0, out.length());
    replaced.read(in);
    assertThat(in.remaining()).isZero();
    assertThat(replaced.end()).isEqualTo(store.end());
    compare(replaced, twin, end);
    replaced.free();
  }

  /** Compares with some octets of the twin, of which one may differ. */
  private static void compareAny(
      ReplacedOctets store, NavigableMap<Long, Byte> twin, long end, RandomGenerator random) {
    long from = random.nextLong(end + 5);
    long to = random.nextLong(from, end + 6);
    byte[] octets = new byte[(int) (to - from) + 3];
    twin.subMap(from, to).forEach((at, octet) -> octets[(int) (at - from) + 3] = octet);
    assertThat(store.agreesWith(from, to, MemorySegment.ofArray(octets), 3)).isTrue();
    if (to > from) {
      long other = random.nextLong(from, to);
      octets[(int) (other - from) + 3]++;
      assertThat(store.agreesWith(from, to, MemorySegment.ofArray(octets), 3))
          .isEqualTo(!twin.containsKey(other));
    }
  }

  @Test
  @DisplayName("law 6 edits next to each other take one place")
  void joinsNeighbours() {
    for (int at = 0; at < 1_000; at++) {
      replaced.keep(at, letters(1), 0, 1);
    }
    assertThat(replaced.heapBytes()).isEqualTo(16 * 4);
    assertThat(replaced.lengthAt(0)).isEqualTo(1_000);
  }

  @Test
  @DisplayName("law 6 at the limit all is kept; one octet beyond it the oldest one is dropped")
  void dropsTheOldest() {
    int rest = ReplacedOctets.MAX_BYTES - 100;
    assertThat(replaced.keep(0, letters(100), 0, 100)).isTrue();
    assertThat(replaced.keep(100, letters(rest), 0, rest)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(ReplacedOctets.MAX_BYTES);
    assertThat(replaced.lengthAt(0)).isEqualTo(ReplacedOctets.MAX_BYTES);

    assertThat(replaced.keep(ReplacedOctets.MAX_BYTES + 1, letters(1), 0, 1)).isFalse();

    assertThat(replaced.lengthAt(0)).isZero();
    assertThat(replaced.lengthAt(1)).isEqualTo(ReplacedOctets.MAX_BYTES - 1);
    assertThat(budget.usedBytes()).isEqualTo(ReplacedOctets.MAX_BYTES);
  }

  @Test
  @DisplayName("law 6 an edit longer than the limit, or beyond the total, is not kept")
  void keepsNothingWithoutRoom() {
    int tooMany = ReplacedOctets.MAX_BYTES + 1;
    assertThat(replaced.keep(0, letters(tooMany), 0, tooMany)).isFalse();
    assertThat(replaced.isEmpty()).isTrue();

    budget.charge(999_990);
    assertThat(replaced.keep(0, letters(11), 0, 11)).isFalse();
    assertThat(replaced.isEmpty()).isTrue();
    assertThat(replaced.keep(0, letters(10), 0, 10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(1_000_000);
  }

  @Test
  void refusesKnownOctets() {
    replaced.keep(5, letters(5), 0, 5);
    assertThatThrownBy(() -> replaced.keep(9, letters(1), 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orgPosition=9");
    assertThat(budget.usedBytes()).isEqualTo(5);
  }
}
