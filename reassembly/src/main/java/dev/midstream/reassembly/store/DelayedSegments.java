package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Out-of-order segments by position in original space. The first copy of an octet stays. */
public final class DelayedSegments {
  /** Charge for each segment, in addition to its octets. */
  public static final int OVERHEAD_BYTES = 64;

  private record Delayed(long orgStart, long orgEnd, boolean push, ByteBuf octets) {
    int length() {
      return (int) (orgEnd - orgStart);
    }

    MemorySegment memory() {
      return MemorySegment.ofBuffer(octets.internalNioBuffer(0, length()));
    }

    boolean isSame(long from, long to, MemorySegment other, long offset) {
      long otherEnd = offset + (to - from);
      return MemorySegment.mismatch(
              memory(), from - orgStart, to - orgStart, other, offset, otherEnd)
          < 0;
    }
  }

  private final ByteBufAllocator allocator;
  private final MemoryAccount account;
  private final NavigableMap<Long, Delayed> segments = new TreeMap<>();
  private long chargedBytes;

  /** Creates an empty store. */
  public DelayedSegments(ByteBufAllocator allocator, MemoryAccount account) {
    this.allocator = allocator;
    this.account = account;
  }

  /** Keeps the new octets of a segment; returns whether the known ones have the same value. */
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
        consistent &= next.isSame(at, common, memory, offset + (at - orgStart));
        at = common;
      }
    }
    return consistent;
  }

  /** Whether all octets of a segment that are kept have the same value. */
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
      if (!known.isSame(from, at, memory, offset + (from - orgStart))) {
        return false;
      }
    }
    return true;
  }

  /** Whether no segment is kept. */
  public boolean isEmpty() {
    return segments.isEmpty();
  }

  /** Number of segments. */
  public int size() {
    return segments.size();
  }

  /** Start of the first segment; illegal if the store is empty. */
  public long firstStart() {
    return first().orgStart();
  }

  /** End of the octets kept without a gap from {@code orgPosition}. */
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

  /** End of the first segment; illegal if the store is empty. */
  public long firstEnd() {
    return first().orgEnd();
  }

  /** Whether the last octet of the first segment carried PSH. */
  public boolean firstPush() {
    return first().push();
  }

  /** The octets of the first segment; valid until it is removed. */
  public MemorySegment firstMemory() {
    return first().memory();
  }

  /** Removes the first segment. */
  public void removeFirst() {
    release(segments.pollFirstEntry().getValue());
  }

  void removeLast() {
    release(segments.pollLastEntry().getValue());
  }

  /** Removes the octets of [orgStart, orgEnd). */
  void remove(long orgStart, long orgEnd) {
    Delayed segment = endingAbove(orgStart);
    while (segment != null && segment.orgStart() < orgEnd) {
      segments.remove(segment.orgStart());
      keepPart(segment, segment.orgStart(), orgStart);
      keepPart(segment, orgEnd, segment.orgEnd());
      release(segment);
      segment = endingAbove(orgStart);
    }
  }

  int length() {
    return (int) (chargedBytes - (long) size() * OVERHEAD_BYTES);
  }

  /** Octets and overhead charged for this store. */
  public long chargedBytes() {
    return chargedBytes;
  }

  /** Removes all segments. */
  public void free() {
    segments.values().forEach(this::release);
    segments.clear();
  }

  private void release(Delayed segment) {
    charge(-(segment.length() + OVERHEAD_BYTES));
    segment.octets().release();
  }

  private void charge(long bytes) {
    chargedBytes += bytes;
    account.charge(bytes);
  }

  private Delayed first() {
    return segments.firstEntry().getValue();
  }

  private void keepPart(Delayed segment, long from, long to) {
    if (from < to) {
      keep(from, to, segment.memory(), from - segment.orgStart(), false);
    }
  }

  private void keep(long start, long end, MemorySegment memory, long offset, boolean push) {
    int length = (int) (end - start);
    Delayed segment = new Delayed(start, end, push, allocator.directBuffer(length, length));
    MemorySegment.copy(memory, offset, segment.memory(), 0, length);
    segments.put(start, segment);
    charge(length + OVERHEAD_BYTES);
  }

  /** The first segment that ends above {@code orgPosition}; null if none does. */
  private @Nullable Delayed endingAbove(long orgPosition) {
    Map.Entry<Long, Delayed> previous = segments.floorEntry(orgPosition);
    if (previous != null && previous.getValue().orgEnd() > orgPosition) {
      return previous.getValue();
    }
    Map.Entry<Long, Delayed> next = segments.higherEntry(orgPosition);
    return next == null ? null : next.getValue();
  }
}
