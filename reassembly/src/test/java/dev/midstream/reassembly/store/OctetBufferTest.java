package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The stores against the plainest thing that does the same. */
class OctetBufferTest {
  private static final int ROUNDS = 100;
  private static final int STEPS = 60;

  private static byte[] octets(RandomGenerator random, int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }

  private static byte[] read(MemorySegment memory, long offset, int length) {
    return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void keepsOctetsInOneRun() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          OctetBuffer buffer = new OctetBuffer(allocator, budget);
          byte[] twin = {};
          int largest = random.nextBoolean() ? 300 : 30_000;
          for (int step = 0; step < STEPS; step++) {
            if (random.nextBoolean()) {
              byte[] more = octets(random, random.nextInt(largest));
              twin = joined(twin, more);
              append(random, buffer, more);
            } else {
              int gone = random.nextInt(twin.length + 1);
              twin = Arrays.copyOfRange(twin, gone, twin.length);
              buffer.dropFront(gone);
            }
            assertThat(read(buffer.memory(), buffer.memoryOffset(), buffer.length()))
                .isEqualTo(twin);
            assertThat(budget.usedBytes()).isEqualTo(twin.length);
          }
          buffer.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
          assertThat(buffer.length()).isZero();
        });
  }

  private static void append(RandomGenerator random, OctetBuffer buffer, byte[] more) {
    if (random.nextBoolean()) {
      buffer.append(Octets.of(more));
    } else {
      buffer.append(MemorySegment.ofArray(joined(new byte[3], more)), 3, more.length);
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }

  @Test
  void keepsReleasedOctetsByTheirPlace() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, budget);
          TreeMap<Long, Byte> twin = new TreeMap<>();
          long end = 0;
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) > 0) {
              end += random.nextInt(3) == 0 ? random.nextInt(1, 40) : 0;
              byte[] more = octets(random, random.nextInt(50));
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
            assertThat(released.length()).isEqualTo(twin.size());
          }
          released.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  @Test
  void keepsMegabytesInManyPiecesOfMemory() {
    SeededRounds.run(
        60,
        random -> {
          byte[] stream = new byte[2_000_000];
          random.nextBytes(stream);
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, budget);
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
            assertThat(budget.usedBytes()).isEqualTo(end - below);
            compareFrom(released, stream, random.nextInt(below, end + 1), end);
          }
          released.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
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
        byte kept = released.memoryAt(at).get(ValueLayout.JAVA_BYTE, released.memoryOffsetOf(at));
        assertThat(kept).isEqualTo(octet);
      } else {
        Long next = twin.higherKey(at);
        assertThat(released.nextStartAbove(at)).isEqualTo(next == null ? Long.MAX_VALUE : next);
      }
    }
  }

  @Test
  void keepsTheFirstCopyOfDelayedOctets() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          DelayedSegments delayed = new DelayedSegments(allocator, budget);
          TreeMap<Long, Byte> twin = new TreeMap<>();
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(6) > 0) {
              long start = random.nextLong(200);
              byte[] more = random.nextBoolean() ? new byte[20] : octets(random, 20);
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
    byte[] first = read(delayed.firstMemory(), 0, length);
    for (int i = 0; i < length; i++) {
      assertThat(twin.remove(delayed.firstStart() + i)).isEqualTo(first[i]);
    }
    delayed.removeFirst();
  }
}
