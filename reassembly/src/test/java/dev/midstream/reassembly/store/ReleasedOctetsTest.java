package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Released octets against a map, and their references to packet memory. */
class ReleasedOctetsTest {
  private static final int ROUNDS = 100;
  private static final int STEPS = 60;
  private static final int SMALLEST = 2_048;

  /** More than the pieces of an ordinary window take. */
  private static final int PIECES = 16_384;

  /** Packet memory that is overwritten after its last release. */
  private static final class Lender implements MemoryOwner {
    private final byte[] octets;
    private int users;

    Lender(byte[] octets) {
      this.octets = octets;
    }

    @Override
    public void retain() {
      users++;
    }

    @Override
    public void release() {
      assertThat(users).isPositive();
      users--;
      if (users == 0) {
        Arrays.fill(octets, (byte) 0);
      }
    }
  }

  private record Retained(MemoryOwner owner, MemorySegment octets, MemorySegment before) {}

  @Test
  void retainedOctetsStayUnchanged() {
    SeededRounds.run(
        200,
        random -> {
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released =
              new ReleasedOctets(allocator, new MemoryBudget(Long.MAX_VALUE, 0).openAccount());
          List<Retained> retained = new ArrayList<>();
          long start = 0;
          long end = 0;
          for (int step = 0; step < STEPS; step++) {
            byte[] more = TestOctets.random(random, random.nextInt(20_000));
            released.append(end, MemorySegment.ofArray(more), 0, more.length);
            end += more.length;
            if (end > start) {
              retained.add(retain(released, random.nextLong(start, end)));
            }
            start = random.nextLong(start, end + 1);
            released.freeBelow(start);
            if (random.nextInt(4) == 0) {
              retained.removeFirst().owner().release();
            }
          }
          released.free();
          for (Retained one : retained) {
            assertThat(one.octets().mismatch(one.before())).isNegative();
            one.owner().release();
          }
          assertThat(allocator.metric().usedDirectMemory()).isZero();
        });
  }

  @Test
  void keepsLentOctetsByReference() {
    SeededRounds.run(
        300,
        random -> {
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          ReleasedOctets released = new ReleasedOctets(allocator, budget.openAccount());
          List<Lender> lenders = new ArrayList<>();
          byte[] all = TestOctets.random(random, STEPS * 20_000);
          int start = 0;
          int end = 0;
          for (int step = 0; step < STEPS; step++) {
            int length = random.nextInt(random.nextBoolean() ? 20_000 : 200);
            keep(released, Arrays.copyOfRange(all, end, end + length), end, random, lenders);
            end += length;
            start = random.nextInt(start, end + 1);
            released.freeBelow(start);
            assertThat(octetsOf(released, start, end))
                .isEqualTo(Arrays.copyOfRange(all, start, end));
            assertThat(budget.usedBytes())
                .isGreaterThanOrEqualTo(end - start)
                .isGreaterThanOrEqualTo(allocator.metric().usedDirectMemory() - SMALLEST);
          }
          assertThat(lenders).anyMatch(lender -> lender.users == 0);
          released.free();
          assertThat(lenders).allMatch(lender -> lender.users == 0);
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  /** Appends the octets of a packet; a part in the middle may be edited. */
  private static void keep(
      ReleasedOctets released,
      byte[] octets,
      long start,
      RandomGenerator random,
      List<Lender> lenders) {
    byte[] packet = octets.clone();
    Lender lender = new Lender(packet);
    OctetSlice place = new OctetSlice().at(MemorySegment.ofArray(packet), 0, lender);
    int edited = random.nextInt(octets.length + 1);
    int after = random.nextInt(edited, octets.length + 1);
    released.append(start, place, 0, edited);
    released.append(start + edited, Octets.of(Arrays.copyOfRange(octets, edited, after)));
    released.append(start + after, place, after, octets.length - after);
    if (lender.users > 0) {
      lenders.add(lender);
    } else {
      Arrays.fill(packet, (byte) 0);
    }
  }

  private static byte[] octetsOf(ReleasedOctets released, int from, int to) {
    byte[] octets = new byte[to - from];
    for (int at = from; at < to; at += released.lengthAt(at)) {
      assertThat(released.lengthAt(at)).isPositive();
      MemorySegment.copy(
          released.memoryAt(at),
          ValueLayout.JAVA_BYTE,
          released.memoryOffsetOf(at),
          octets,
          at - from,
          released.lengthAt(at));
    }
    return octets;
  }

  @Test
  void copiesShortOctets() {
    ReleasedOctets released =
        new ReleasedOctets(
            new UnpooledByteBufAllocator(true, true),
            new MemoryBudget(Long.MAX_VALUE, 0).openAccount());
    Lender lender = new Lender(new byte[20_000]);
    OctetSlice place = new OctetSlice().at(MemorySegment.ofArray(lender.octets), 0, lender);
    released.append(0, place, 0, 8_191);
    assertThat(lender.users).isZero();
    released.append(8_191, place, 8_191, 8_192);
    assertThat(lender.users).isOne();
    assertThat(released.ownerAt(8_191)).isSameAs(lender);
    released.free();
  }

  @Test
  void sharesAChunkAmongCopies() {
    ReleasedOctets released =
        new ReleasedOctets(
            new UnpooledByteBufAllocator(true, true),
            new MemoryBudget(Long.MAX_VALUE, 0).openAccount());
    Lender lender = new Lender(new byte[20_000]);
    OctetSlice place = new OctetSlice().at(MemorySegment.ofArray(lender.octets), 0, lender);
    released.append(0, place, 0, 9_000);
    released.append(9_000, Octets.of(new byte[20]));
    released.append(9_020, place, 9_020, 9_000);
    released.append(18_020, Octets.of(new byte[20]));
    assertThat(released.ownerAt(18_020)).isSameAs(released.ownerAt(9_000));
    assertThat(released.pieceCount(0, 18_040)).isEqualTo(4);
    released.free();
  }

  @Test
  void copiesAShortRestOfAPacket() {
    ReleasedOctets released =
        new ReleasedOctets(
            new UnpooledByteBufAllocator(true, true),
            new MemoryBudget(Long.MAX_VALUE, 0).openAccount());
    byte[] octets = new byte[20_000];
    new Random(1).nextBytes(octets);
    Lender lender = new Lender(octets.clone());
    OctetSlice place = new OctetSlice().at(MemorySegment.ofArray(lender.octets), 0, lender);
    released.append(0, place, 0, 20_000);
    released.freeBelow(20_000 - 8_192);
    assertThat(lender.users).isOne();
    released.freeBelow(20_000 - 8_191);
    assertThat(lender.users).isZero();
    assertThat(octetsOf(released, 20_000 - 8_191, 20_000))
        .isEqualTo(Arrays.copyOfRange(octets, 20_000 - 8_191, 20_000));
    released.free();
  }

  @Test
  void countsThePiecesOfARange() {
    ReleasedOctets released =
        new ReleasedOctets(
            new UnpooledByteBufAllocator(true, true),
            new MemoryBudget(Long.MAX_VALUE, 0).openAccount());
    MemorySegment octets = MemorySegment.ofArray(new byte[40_000]);
    released.append(0, octets, 0, 40_000);
    released.append(50_000, octets, 0, 10);
    assertThat(released.pieceCount(0, 40_000)).isEqualTo(3);
    assertThat(released.pieceCount(10, 16_384)).isOne();
    assertThat(released.pieceCount(10, 16_385)).isEqualTo(2);
    assertThat(released.pieceCount(39_999, 40_001)).isZero();
    assertThat(released.pieceCount(7, 7)).isZero();
    released.free();
  }

  private static Retained retain(ReleasedOctets released, long position) {
    MemorySegment octets =
        released
            .memoryAt(position)
            .asSlice(released.memoryOffsetOf(position), released.lengthAt(position));
    MemoryOwner owner = released.ownerAt(position);
    owner.retain();
    return new Retained(
        owner, octets, MemorySegment.ofArray(octets.toArray(ValueLayout.JAVA_BYTE)));
  }

  @Test
  void findsOctetsByOffset() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, budget.openAccount());
          TreeMap<Long, Byte> twin = new TreeMap<>();
          long end = 0;
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) > 0) {
              end += random.nextInt(3) == 0 ? random.nextInt(1, 40) : 0;
              byte[] more = TestOctets.random(random, random.nextInt(50));
              appendReleased(random, released, end, more);
              for (byte octet : more) {
                twin.put(end++, octet);
              }
            } else {
              long below = random.nextLong(end + 5);
              released.freeBelow(below);
              twin.headMap(below).clear();
            }
            compare(released, twin, end);
            compareOthers(random, released, twin, end);
            assertThat(released.length()).isEqualTo(twin.size());
          }
          released.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  private static byte octetAt(ReleasedOctets released, long at) {
    return released.memoryAt(at).get(ValueLayout.JAVA_BYTE, released.memoryOffsetOf(at));
  }

  private static void compareOthers(
      RandomGenerator random, ReleasedOctets released, NavigableMap<Long, Byte> twin, long end) {
    int start = random.nextInt((int) end + 1);
    byte[] others = TestOctets.random(random, random.nextInt(200));
    int other = random.nextInt(others.length + 1);
    twin.subMap((long) start, (long) start + others.length)
        .forEach((at, octet) -> others[(int) (at - start)] = octet);
    if (other < others.length) {
      others[other]++;
    }
    assertThat(released.agreesWith(start, start + others.length, MemorySegment.ofArray(others), 0))
        .isEqualTo(other == others.length || !twin.containsKey((long) start + other));
  }

  @Test
  void keepsMegabytesInChunks() {
    SeededRounds.run(
        60,
        random -> {
          byte[] stream = TestOctets.random(random, 2_000_000);
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, budget.openAccount());
          int end = 0;
          int below = 0;
          while (end < stream.length) {
            int length = Math.min(random.nextInt(1, 70_000), stream.length - end);
            released.append(end, MemorySegment.ofArray(stream), end, length);
            end += length;
            if (random.nextInt(3) == 0) {
              below = random.nextInt(below, end + 1);
              released.freeBelow(below);
            }
            assertThat(budget.usedBytes())
                .isGreaterThanOrEqualTo(end - below)
                .isGreaterThanOrEqualTo(allocator.metric().usedDirectMemory() - SMALLEST)
                .isLessThan(allocator.metric().usedDirectMemory() + PIECES);
            compareFrom(released, stream, random.nextInt(below, end + 1), end);
          }
          released.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  @Test
  @DisplayName("law 6 pieces are charged, and given back when the octets are acknowledged")
  void chargesPieces() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
    ReleasedOctets released = new ReleasedOctets(allocator, budget.openAccount());
    long pieces = 1_000;
    for (int i = 0; i < pieces; i++) {
      released.append(2L * i, Octets.of((byte) i));
    }
    assertThat(budget.usedBytes()).isGreaterThan(50 * pieces);

    released.freeBelow(2 * pieces - 1);
    assertThat(budget.usedBytes()).isLessThan(PIECES);
    released.freeBelow(2 * pieces);
    released.trim();

    assertThat(budget.usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  @DisplayName("law 6 pieces that are trimmed after each octet are moved seldom")
  void trimsWithoutMovingEachTime() {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
    ReleasedOctets released =
        new ReleasedOctets(new UnpooledByteBufAllocator(true, true), budget.openAccount());
    int moves = 0;
    for (int i = 0; i < 3_000; i++) {
      long before = budget.usedBytes();
      released.append(2L * i, Octets.of((byte) i));
      moves += budget.usedBytes() - before > 10_000 ? 1 : 0;
      released.freeBelow(2L * (i - 1_023));
      released.trim();
    }
    assertThat(moves).isLessThan(10);
    released.free();
  }

  private static void compareFrom(ReleasedOctets released, byte[] stream, int from, int end) {
    int at = from;
    while (at < end) {
      int length = released.lengthAt(at);
      assertThat(length).isPositive();
      long offset = released.memoryOffsetOf(at);
      MemorySegment kept = released.memoryAt(at).asSlice(offset, length);
      MemorySegment sent = MemorySegment.ofArray(stream).asSlice(at, length);
      assertThat(kept.mismatch(sent)).isEqualTo(-1);
      at += length;
    }
    assertThat(at).isEqualTo(end);
    assertThat(released.lengthAt(end)).isZero();
  }

  private static void appendReleased(
      RandomGenerator random, ReleasedOctets released, long start, byte[] more) {
    if (random.nextBoolean()) {
      released.append(start, Octets.of(more));
    } else {
      released.append(start, MemorySegment.ofArray(more), 0, more.length);
    }
  }

  private static void compare(ReleasedOctets released, NavigableMap<Long, Byte> twin, long end) {
    for (long at = 0; at <= end; at++) {
      int length = 0;
      while (twin.containsKey(at + length)) {
        length++;
      }
      assertThat(released.lengthAt(at)).isEqualTo(length);
      Byte octet = twin.get(at);
      if (octet != null) {
        assertThat(octetAt(released, at)).isEqualTo(octet);
      } else {
        Long next = twin.higherKey(at);
        assertThat(released.nextStartAbove(at)).isEqualTo(next == null ? Long.MAX_VALUE : next);
      }
    }
  }
}
