package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Segments that wait behind a gap, by their place in original space, without overlap: the first
 * copy of an octet stays.
 */
public final class DelayedSegments {
  /** What one segment is charged beyond its octets. */
  public static final int OVERHEAD_BYTES = 64;

  private record Delayed(long orgStart, long orgEnd, boolean push, ByteBuf octets) {
    int length() {
      return (int) (orgEnd - orgStart);
    }
  }

  private final ByteBufAllocator allocator;
  private final MemoryBudget budget;
  private final NavigableMap<Long, Delayed> segments = new TreeMap<>();
  private long chargedBytes;

  /** An empty store. */
  public DelayedSegments(ByteBufAllocator allocator, MemoryBudget budget) {
    this.allocator = allocator;
    this.budget = budget;
  }

  /**
   * Keeps what is new of a segment.
   *
   * @return whether every octet that was known already had the same value
   */
  public boolean add(long orgStart, MemorySegment memory, long offset, int length, boolean push) {
    boolean consistent = true;
    long at = orgStart;
    long end = orgStart + length;
    while (at < end) {
      Delayed next = endingAbove(at);
      long free = next == null ? end : Math.min(end, next.orgStart());
      if (at < free) {
        keep(at, free, memory, offset + (at - orgStart), push && free == end);
        at = free;
      }
      if (at < end && next != null) {
        long common = Math.min(end, next.orgEnd());
        consistent &= sameOctets(next, at, common, memory, offset + (at - orgStart));
        at = common;
      }
    }
    return consistent;
  }

  /** Whether octets of a segment that wait already have the same values as in it. */
  public boolean agreesWith(long orgStart, MemorySegment memory, long offset, int length) {
    long at = orgStart;
    long end = orgStart + length;
    while (at < end) {
      Delayed known = endingAbove(at);
      if (known == null || known.orgStart() >= end) {
        return true;
      }
      long from = Math.max(at, known.orgStart());
      at = Math.min(end, known.orgEnd());
      if (!sameOctets(known, from, at, memory, offset + (from - orgStart))) {
        return false;
      }
    }
    return true;
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return segments.isEmpty();
  }

  /** Segments that wait. */
  public int size() {
    return segments.size();
  }

  /** Where the first one starts; there must be one. */
  public long firstStart() {
    return first().orgStart();
  }

  /** Where the octets end that wait without a gap from {@code orgPosition} on. */
  public long contiguousEnd(long orgPosition) {
    long end = orgPosition;
    for (Delayed segment : segments.values()) {
      if (segment.orgStart() > end) {
        break;
      }
      end = Math.max(end, segment.orgEnd());
    }
    return end;
  }

  /** Where the first one ends; there must be one. */
  public long firstEnd() {
    return first().orgEnd();
  }

  /** Whether the first one carries PSH behind its last octet. */
  public boolean firstPush() {
    return first().push();
  }

  /** The memory of the first one's octets, from its start. */
  public MemorySegment firstMemory() {
    return memoryOf(first());
  }

  /** Forgets the first one. */
  public void removeFirst() {
    forget(segments.pollFirstEntry().getValue());
  }

  /** Octets and overhead charged for this connection. */
  public long chargedBytes() {
    return chargedBytes;
  }

  /** Forgets everything. */
  public void free() {
    segments.values().forEach(this::forget);
    segments.clear();
  }

  private void forget(Delayed segment) {
    charge(-(segment.length() + OVERHEAD_BYTES));
    segment.octets().release();
  }

  private void charge(long bytes) {
    chargedBytes += bytes;
    budget.charge(bytes);
  }

  private Delayed first() {
    return segments.firstEntry().getValue();
  }

  private void keep(long start, long end, MemorySegment memory, long offset, boolean push) {
    int length = (int) (end - start);
    Delayed segment = new Delayed(start, end, push, allocator.directBuffer(length, length));
    MemorySegment.copy(memory, offset, memoryOf(segment), 0, length);
    segments.put(start, segment);
    charge(length + OVERHEAD_BYTES);
  }

  private static boolean sameOctets(
      Delayed known, long from, long to, MemorySegment memory, long offset) {
    long inKnown = from - known.orgStart();
    long length = to - from;
    return MemorySegment.mismatch(
            memoryOf(known), inKnown, inKnown + length, memory, offset, offset + length)
        < 0;
  }

  private static MemorySegment memoryOf(Delayed segment) {
    return MemorySegment.ofBuffer(segment.octets().internalNioBuffer(0, segment.length()));
  }

  /** The first segment that ends above {@code orgPosition}; null if none does. */
  private @Nullable Delayed endingAbove(long orgPosition) {
    Map.Entry<Long, Delayed> before = segments.floorEntry(orgPosition);
    if (before != null && before.getValue().orgEnd() > orgPosition) {
      return before.getValue();
    }
    Map.Entry<Long, Delayed> behind = segments.higherEntry(orgPosition);
    return behind == null ? null : behind.getValue();
  }
}
