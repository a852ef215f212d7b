package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Delayed octets against a map of octets and a set of segment ends. */
class DelayedSegmentsTest {
  private static final int ROUNDS = 300;
  private static final int STEPS = 60;
  private static final int SPACE = 200;

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final NavigableMap<Long, Byte> twin = new TreeMap<>();
  private final NavigableSet<Long> ends = new TreeSet<>();

  private DelayedSegments open() {
    twin.clear();
    ends.clear();
    return new DelayedSegments(allocator, budget.openAccount(), true);
  }

  @Test
  @DisplayName("HDP-2 law 6 the first copy is kept, and all that is charged is given back")
  void keepsTheFirstCopy() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          DelayedSegments delayed = open();
          long base = random.nextInt(3) * (OctetBlock.BYTES - SPACE / 2L);
          for (int step = 0; step < STEPS; step++) {
            change(random, delayed, base);
            assertThat(delayed.length()).isEqualTo(twin.size());
            assertThat(budget.usedBytes()).isEqualTo(delayed.chargedBytes());
            assertThat(delayed.overheadBytes()).isBetween(0L, 20_000L);
            long at = base + random.nextLong(SPACE);
            assertThat(delayed.contiguousEnd(at)).isEqualTo(contiguousEnd(at));
          }
          while (!delayed.isEmpty()) {
            takeFirst(delayed);
          }
          assertThat(twin).isEmpty();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
        });
  }

  private void change(RandomGenerator random, DelayedSegments delayed, long base) {
    switch (random.nextInt(8)) {
      case 0 -> {
        long start = base + random.nextLong(SPACE);
        long end = start + random.nextLong(20);
        delayed.remove(start, end);
        twin.subMap(start, end).clear();
        ends.removeAll(new TreeSet<>(ends.subSet(start, true, end, false)));
      }
      case 1, 2 -> {
        if (!delayed.isEmpty()) {
          takeFirst(delayed);
        }
      }
      default -> {
        byte[] more = random.nextBoolean() ? new byte[20] : TestOctets.random(random, 20);
        add(delayed, base + random.nextLong(SPACE), more, random.nextInt(1, 20));
      }
    }
  }

  private void add(DelayedSegments delayed, long start, byte[] octets, int length) {
    boolean same = true;
    boolean isFirstPart = true;
    for (int i = 0; i < length; i++) {
      Byte known = twin.putIfAbsent(start + i, octets[i]);
      same &= known == null || known == octets[i];
      isFirstPart &= known == null;
      boolean isPartEnd = i + 1 == length || (isFirstPart && twin.containsKey(start + i + 1));
      if (known == null && isPartEnd) {
        ends.add(start + i);
      }
    }
    MemorySegment memory = MemorySegment.ofArray(octets);
    assertThat(delayed.agreesWith(start, memory, 0, length)).isEqualTo(same);
    assertThat(delayed.add(start, memory, 0, length, false)).isEqualTo(same);
  }

  private long contiguousEnd(long orgPosition) {
    long end = orgPosition;
    while (twin.containsKey(end)) {
      end++;
    }
    return end;
  }

  private void takeFirst(DelayedSegments delayed) {
    long start = twin.firstKey();
    long end = contiguousEnd(start);
    Long mark = ends.ceiling(start);
    end = mark == null ? end : Math.min(end, mark + 1);
    assertThat(delayed.firstStart()).isEqualTo(start);
    assertThat(delayed.firstEnd()).isEqualTo(end);
    byte[] first = octets(delayed, start, end);
    for (int i = 0; i < first.length; i++) {
      assertThat(twin.remove(start + i)).isEqualTo(first[i]);
    }
    ends.headSet(end, false).clear();
    delayed.removeFirst();
  }

  private static byte[] octets(DelayedSegments delayed, long start, long end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long at = start; at < end; at += delayed.lengthAt(at, end)) {
      int length = delayed.lengthAt(at, end);
      long offset = delayed.memoryOffsetOf(at);
      out.writeBytes(TestOctets.read(delayed.memoryAt(at), offset, length));
    }
    return out.toByteArray();
  }

  @Test
  @DisplayName("law 6 octets that came one by one in any order are one piece, and share memory")
  void mergesNeighbours() {
    DelayedSegments delayed = open();
    for (int odd = 0; odd < 2; odd++) {
      for (int i = odd; i < 1_400; i += 2) {
        assertThat(add(delayed, 10 + i)).isTrue();
      }
    }
    assertThat(delayed.size()).isOne();
    assertThat(delayed.contiguousEnd(10)).isEqualTo(1_410);
    assertThat(delayed.chargedBytes()).isLessThan(12_000);
    assertThat(delayed.neededBytes(10, 1_400)).as("for a copy").isLessThan(100);
    assertThat(add(delayed, 1_410)).isTrue();
    assertThat(delayed.size()).isOne();
    delayed.free();
    assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
  }

  private static boolean add(DelayedSegments delayed, long orgStart) {
    return delayed.add(orgStart, MemorySegment.ofArray(new byte[1]), 0, 1, false);
  }

  @Test
  @DisplayName("law 6 what is charged before is not less than what is charged then")
  void chargesNoMoreThanAnnounced() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          DelayedSegments delayed = open();
          for (int step = 0; step < STEPS; step++) {
            long start = random.nextLong(4L * OctetBlock.BYTES);
            int length = random.nextInt(1, random.nextBoolean() ? 4_000 : 3);
            long before = delayed.chargedBytes();
            long needed = delayed.neededBytes(start, length);
            delayed.add(start, MemorySegment.ofArray(new byte[length]), 0, length, true);
            assertThat(delayed.chargedBytes() - before).isLessThanOrEqualTo(needed);
          }
          delayed.free();
        });
  }

  @Test
  @DisplayName("C-11 law 6 1,024 ranges are kept, 128 of them in each block")
  void isCrowded() {
    DelayedSegments delayed = open();
    int step = OctetBlock.BYTES / DelayedSegments.MAX_RANGES_OF_BLOCK;
    int last = step * DelayedSegments.MAX_RANGES;
    for (int at = step; at < last; at += step) {
      assertThat(delayed.isCrowded(at, at + 1)).isFalse();
      add(delayed, at);
    }
    int middle = OctetBlock.BYTES;
    assertThat(delayed.isCrowded(middle + 5, middle + 6)).as("a range too many").isTrue();
    assertThat(delayed.isCrowded(middle - 1, middle + 1)).as("beside another").isFalse();
    assertThat(delayed.isCrowded(5, 6)).as("the first block").isFalse();
    add(delayed, last);
    assertThat(delayed.size()).isEqualTo(DelayedSegments.MAX_RANGES);
    assertThat(delayed.isCrowded(2L * last, 2L * last + 1)).as("a range too many").isTrue();
    assertThat(delayed.isCrowded(last + 1, last + 2)).as("beside the last").isFalse();
    delayed.free();
  }

  @Test
  @DisplayName("law 6 arrays are charged as large as they are, and shrink")
  void chargesTheArrays() {
    DelayedSegments delayed = open();
    for (int i = 0; i < 300; i++) {
      delayed.add(64L * i, MemorySegment.ofArray(new byte[1]), 0, 1, true);
    }
    delayed.removeFrom(64L * 130);
    int arrays = 16 * (512 + 256 + 256);
    long octets = allocator.metric().usedDirectMemory();
    assertThat(delayed.chargedBytes()).isGreaterThan(octets + arrays - 768);
    assertThat(delayed.heapBytes()).isEqualTo(arrays);
    delayed.trim();
    assertThat(delayed.heapBytes()).isEqualTo(16 * (130 + 256 + 256));
    assertThat(delayed.chargedBytes()).isLessThan(octets + arrays - 768);
    delayed.free();
    assertThat(delayed.heapBytes()).isZero();
    add(delayed, 5);
    delayed.free();
    assertThat(delayed.heapBytes()).isEqualTo(2 * 64);
    assertThat(budget.usedBytes()).isZero();
    delayed.trim();
    assertThat(delayed.heapBytes()).isZero();
  }

  @Test
  @DisplayName("law 6 the farthest octets that were not reported give way, each block once")
  void givesWayFromTheEnd() {
    DelayedSegments delayed = open();
    for (int i = 0; i < 20; i++) {
      add(delayed, (long) OctetBlock.BYTES * i);
    }
    assertThat(delayed.report(17L * OctetBlock.BYTES, 17L * OctetBlock.BYTES + 1)).isTrue();
    delayed.giveWay(5 * delayed.chargedBytes() / 20);
    assertThat(delayed.size()).isEqualTo(15);
    assertThat(delayed.lastEnd()).isEqualTo(17L * OctetBlock.BYTES + 1);
    assertThat(delayed.contains(13L * OctetBlock.BYTES)).isTrue();
    assertThat(delayed.contains(14L * OctetBlock.BYTES)).isFalse();
    delayed.free();
  }
}
