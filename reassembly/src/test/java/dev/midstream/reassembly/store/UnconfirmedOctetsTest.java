package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnconfirmedOctetsTest {
  private final MemoryBudget budget = new MemoryBudget(1_000_000, 0);
  private final UnconfirmedOctets kept =
      new UnconfirmedOctets(PooledByteBufAllocator.DEFAULT, budget.openAccount());

  @AfterEach
  void free() {
    kept.free();
  }

  private void keep(long orgStart, int length, boolean next) {
    kept.keep(orgStart, MemorySegment.ofArray(new byte[length]), 0, length, next);
  }

  @Test
  @DisplayName("octets are found by their offset, as in a map, and the later copy counts")
  void keepsTheLaterCopy() {
    SeededRounds.run(
        200,
        random -> {
          MemoryBudget charged = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          UnconfirmedOctets store = new UnconfirmedOctets(allocator, charged.openAccount());
          TreeMap<Long, Byte> twin = new TreeMap<>();
          for (int step = 0; step < 40; step++) {
            change(random, store, twin);
            compare(random, store, twin);
          }
          store.free();
          assertThat(charged.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
          assertThat(store.isEmpty()).isTrue();
        });
  }

  private static void change(
      RandomGenerator random, UnconfirmedOctets store, NavigableMap<Long, Byte> twin) {
    long from = random.nextLong(60);
    byte[] octets = TestOctets.random(random, random.nextInt(12));
    long to = from + octets.length;
    switch (random.nextInt(4)) {
      case 0 -> {
        store.remove(from, to);
        twin.subMap(from, to).clear();
      }
      case 1 -> {
        store.freeBelow(from / 4);
        twin.headMap(from / 4).clear();
      }
      default -> {
        store.keep(from, MemorySegment.ofArray(octets), 0, octets.length, false);
        for (int i = 0; i < octets.length; i++) {
          twin.put(from + i, octets[i]);
        }
      }
    }
  }

  private static void compare(
      RandomGenerator random, UnconfirmedOctets store, NavigableMap<Long, Byte> twin) {
    assertThat(store.length()).isEqualTo(twin.size());
    for (long at = 0; at < 75; at++) {
      long to = at;
      while (to < 75 && twin.containsKey(to)) {
        to++;
      }
      assertThat(store.contiguousEnd(at, 75)).isEqualTo(to);
    }
    byte[] all = new byte[80];
    twin.forEach((at, octet) -> all[at.intValue()] = octet);
    assertThat(store.agreesWith(0, MemorySegment.ofArray(all), 0, 80)).isTrue();
    if (!twin.isEmpty()) {
      Long[] places = twin.keySet().toArray(new Long[0]);
      int other = places[random.nextInt(places.length)].intValue();
      all[other] ^= 1;
      assertThat(store.agreesWith(0, MemorySegment.ofArray(all), 0, 80)).isFalse();
      assertThat(store.agreesWith(0, MemorySegment.ofArray(all), 0, other)).isTrue();
    }
  }

  @Test
  @DisplayName("law 6 at the limit all is kept; one octet beyond it the farthest piece is dropped")
  void dropsTheFarthestPiece() {
    keep(40_000, 40_000, false);
    keep(0, UnconfirmedOctets.MAX_BYTES - 40_000, false);
    assertThat(kept.length()).isEqualTo(UnconfirmedOctets.MAX_BYTES);

    keep(100_000, 1, false);
    assertThat(kept.length()).isEqualTo(UnconfirmedOctets.MAX_BYTES);
    keep(30_000, 1, true);

    assertThat(kept.contiguousEnd(40_000, 80_000)).isEqualTo(40_000);
    assertThat(kept.length()).isEqualTo(UnconfirmedOctets.MAX_BYTES - 40_000 + 1);
    assertThat(budget.usedBytes()).isBetween((long) kept.length(), 2L * kept.length());
  }

  @Test
  @DisplayName("law 6 beyond the limit of pieces the farthest is dropped, never the next in order")
  void dropsTheFarthestOfTooManyPieces() {
    for (int i = 1; i <= UnconfirmedOctets.MAX_PIECES; i++) {
      keep(2L * i, 1, false);
    }
    assertThat(kept.length()).isEqualTo(UnconfirmedOctets.MAX_PIECES);

    keep(0, 1, true);

    assertThat(kept.length()).isEqualTo(UnconfirmedOctets.MAX_PIECES);
    assertThat(kept.contiguousEnd(0, 1)).isEqualTo(1);
    assertThat(kept.contiguousEnd(2L * UnconfirmedOctets.MAX_PIECES, 1_000))
        .isEqualTo(2L * UnconfirmedOctets.MAX_PIECES);
  }

  @Test
  @DisplayName("law 6 at the total limit only octets next in order are kept")
  void keepsOnlyTheNextOctetsAtTheTotal() {
    budget.openAccount().charge(1_000_000 - 2_000);
    keep(10, 1_000, false);
    assertThat(kept.isEmpty()).isTrue();
    keep(10, 500, false);
    assertThat(kept.length()).isEqualTo(500);
    kept.free();
    keep(0, 500, true);
    assertThat(kept.contiguousEnd(0, 500)).isEqualTo(500);
  }

  @Test
  void keepsTheOffsetOfAFin() {
    kept.keepFin(7);
    assertThat(kept.isEmpty()).isFalse();
    kept.freeBelow(7);
    assertThat(kept.isFinAt(7)).isTrue();
    kept.freeBelow(8);
    assertThat(kept.isFinAt(7)).isFalse();
    assertThat(kept.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("H-38 H-41 octets after a gap find room within the stream's share only")
  void keepsWithinTheShare() {
    int streams = 24;
    List<UnconfirmedOctets> all = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      UnconfirmedOctets other =
          new UnconfirmedOctets(PooledByteBufAllocator.DEFAULT, budget.openAccount());
      all.add(other);
      for (int piece = 0; piece < 40; piece++) {
        other.keep(1_000 + 1_000L * piece, MemorySegment.ofArray(new byte[1_000]), 0, 1_000, false);
      }
    }
    MemoryAccount honest = budget.openAccount();
    assertThat(honest.makeRoomForNext(5_000)).isTrue();
    assertThat(budget.usedBytes()).isLessThanOrEqualTo(800_000);
    all.forEach(UnconfirmedOctets::free);
    assertThat(budget.usedBytes()).isZero();
  }
}
