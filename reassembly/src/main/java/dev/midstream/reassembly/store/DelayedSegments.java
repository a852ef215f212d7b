package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

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
  private final Ledger ledger;
  private final List<Delayed> segments = new ArrayList<>(0);
  private long chargedBytes;

  /** An empty store. */
  public DelayedSegments(ByteBufAllocator allocator, Ledger ledger) {
    this.allocator = allocator;
    this.ledger = ledger;
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
    int index = firstEndingAbove(orgStart);
    while (at < end) {
      Delayed next = index < segments.size() ? segments.get(index) : null;
      long free = next == null ? end : Math.min(end, next.orgStart());
      if (at < free) {
        keep(index++, at, free, memory, offset + (at - orgStart), push && free == end);
        at = free;
      }
      if (at < end && next != null) {
        long common = Math.min(end, next.orgEnd());
        consistent &= sameOctets(next, at, common, memory, offset + (at - orgStart));
        at = common;
        index++;
      }
    }
    return consistent;
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
    return segments.getFirst().orgStart();
  }

  /** Where the first one ends; there must be one. */
  public long firstEnd() {
    return segments.getFirst().orgEnd();
  }

  /** Whether the first one carries PSH behind its last octet. */
  public boolean firstPush() {
    return segments.getFirst().push();
  }

  /** The memory of the first one's octets, from its start. */
  public MemorySegment firstMemory() {
    return memoryOf(segments.getFirst());
  }

  /** Forgets the first one. */
  public void removeFirst() {
    forget(segments.removeFirst());
  }

  /** Octets and overhead charged for this connection. */
  public long chargedBytes() {
    return chargedBytes;
  }

  /** Forgets everything. */
  public void free() {
    segments.forEach(this::forget);
    segments.clear();
  }

  private void forget(Delayed segment) {
    charge(-(segment.length() + OVERHEAD_BYTES));
    segment.octets().release();
  }

  private void charge(long bytes) {
    chargedBytes += bytes;
    ledger.charge(bytes);
  }

  private void keep(
      int index, long start, long end, MemorySegment memory, long offset, boolean push) {
    int length = (int) (end - start);
    Delayed segment = new Delayed(start, end, push, allocator.directBuffer(length, length));
    MemorySegment.copy(memory, offset, memoryOf(segment), 0, length);
    segments.add(index, segment);
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

  private int firstEndingAbove(long orgPosition) {
    int low = 0;
    int high = segments.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).orgEnd() <= orgPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
