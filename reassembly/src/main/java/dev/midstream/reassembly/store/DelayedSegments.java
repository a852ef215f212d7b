package dev.midstream.reassembly.store;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * Octets after a gap, by position in original space. The first copy of an octet stays. What was not
 * reported to its sender gives way to others, the farthest first.
 */
public final class DelayedSegments implements MemoryAccount.Giver {
  /*
   *   ranges     [........................)      [.....)  [...........)      octets that are kept
   *   ends               |      |         |           |              |      last octets of segments
   *   blocks     [ reported    )[   unreported        )   [ reported )      memory
   *
   * Neighbours are one range, whatever segments they came in. A segment is compared with each range
   * that it covers, and copied at once if it agrees. Where segments ended is known of the first few.
   */

  /** Ranges with gaps between them, at most. */
  public static final int MAX_RANGES = 1_024;

  /**
   * Ranges that lie or begin in one block, at most. It bounds the work for a segment that covers
   * them. The smallest segments, each second one of them lost, make fewer.
   */
  public static final int MAX_RANGES_OF_BLOCK = 128;

  /** What a range, or the end of a segment, takes in an array that has just doubled. */
  private static final int ENTRY_BYTES = 32;

  /** Arrays up to this size are a part of every direction, and are not charged. */
  private static final int BASE_BYTES = 256;

  /** Octets that are written as one segment, at most. */
  private static final int MAX_WRITTEN = 1 << 20;

  private final MemoryAccount account;
  private final boolean givesWay;
  private final OctetBlocks blocks;
  private final RangeSet ranges = new RangeSet();
  private final RangeSet ends = new RangeSet();
  private final RangeSet pushes = new RangeSet();
  private long length;
  private long chargedBytes;

  /**
   * Creates an empty store.
   *
   * @param givesWay whether octets that were not reported may be thrown away for others, because
   *     their sender will send them again
   */
  public DelayedSegments(ByteBufAllocator allocator, MemoryAccount account, boolean givesWay) {
    this.account = account;
    this.givesWay = givesWay;
    blocks = new OctetBlocks(allocator);
  }

  /** What {@link #add} may charge for octets of [orgStart, orgStart + length). */
  public long neededBytes(long orgStart, int length) {
    return blocks.bytesFor(orgStart, orgStart + length) + 3 * ENTRY_BYTES;
  }

  /**
   * Makes room for {@code bytes} more; returns whether there is. What cannot be thrown away later
   * only finds room within the stream's share.
   */
  public boolean makeRoomFor(long bytes) {
    return givesWay ? account.makeRoomAfterGap(bytes) : account.makeRoomForNext(bytes);
  }

  /** Keeps the new octets of a segment; returns whether the known ones have the same value. */
  public boolean add(long orgStart, MemorySegment memory, long offset, int length, boolean push) {
    if (length == 0) {
      return true;
    }
    long end = orgStart + length;
    boolean consistent = agreesWith(orgStart, memory, offset, length);
    blocks.open(orgStart, end);
    if (consistent) {
      blocks.write(orgStart, end, memory, offset);
    } else {
      writeNew(orgStart, end, memory, offset);
    }
    markEnd(orgStart, Math.min(end, ranges.nextStartAbove(orgStart)));
    markEnd(end - 1, end);
    this.length += length - ranges.remove(orgStart, end);
    ranges.addUnbounded(orgStart, end);
    if (push) {
      pushes.add(end - 1, end);
    }
    settle();
    return consistent;
  }

  /** Notes that new octets end at {@code orgEnd}, if that at {@code orgPosition} is new. */
  private void markEnd(long orgPosition, long orgEnd) {
    if (!ranges.contains(orgPosition, orgPosition + 1)) {
      ends.add(orgEnd - 1, orgEnd);
    }
  }

  /** Copies the octets that are not kept yet. */
  private void writeNew(long orgStart, long orgEnd, MemorySegment memory, long offset) {
    long at = orgStart;
    for (int next = ranges.firstEndingAfter(at); at < orgEnd; next++) {
      boolean isLast = next == ranges.size() || ranges.start(next) >= orgEnd;
      long to = isLast ? orgEnd : ranges.start(next);
      blocks.write(at, to, memory, offset + (at - orgStart));
      at = isLast ? orgEnd : ranges.end(next);
    }
  }

  /** Whether all octets of a segment that are kept have the same value. */
  public boolean agreesWith(long orgStart, MemorySegment memory, long offset, int length) {
    return blocks.isSame(ranges, orgStart, orgStart + length, memory, offset);
  }

  /** Whether there is a range too many once [orgStart, orgEnd) is kept too. */
  public boolean isCrowded(long orgStart, long orgEnd) {
    boolean isRange = !ranges.intersects(orgStart - 1, orgEnd + 1);
    return isRange && (ranges.size() >= MAX_RANGES || isFull(orgStart) || isFull(orgEnd - 1));
  }

  private boolean isFull(long orgPosition) {
    long start = OctetBlocks.startOfBlock(orgPosition);
    int first = ranges.firstEndingAfter(start);
    return first + MAX_RANGES_OF_BLOCK <= ranges.size()
        && ranges.start(first + MAX_RANGES_OF_BLOCK - 1) < start + OctetBlock.BYTES;
  }

  /** Whether nothing is kept. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Number of ranges with gaps between them. */
  public int size() {
    return ranges.size();
  }

  /** Start of the first segment; illegal if the store is empty. */
  public long firstStart() {
    return ranges.start(0);
  }

  /** Whether the octet at {@code orgPosition} is kept. */
  public boolean contains(long orgPosition) {
    return ranges.contains(orgPosition, orgPosition + 1);
  }

  /** End of the octets kept without a gap from {@code orgPosition}. */
  public long contiguousEnd(long orgPosition) {
    return ranges.firstOutside(orgPosition);
  }

  /** End of the first segment; illegal if the store is empty. */
  public long firstEnd() {
    int next = ends.firstEndingAfter(firstStart());
    long end = ranges.end(0);
    return next < ends.size() ? Math.min(end, Math.max(firstStart(), ends.start(next)) + 1) : end;
  }

  /** End of the last octet that is kept; illegal if the store is empty. */
  public long lastEnd() {
    return ranges.highest();
  }

  /** Whether the last octet of the first segment carried PSH. */
  public boolean firstPush() {
    return pushes.contains(firstEnd() - 1, firstEnd());
  }

  /** How many octets of [orgPosition, orgEnd), which must be kept, lie together in memory. */
  public int lengthAt(long orgPosition, long orgEnd) {
    return OctetBlocks.lengthInBlock(orgPosition, orgEnd);
  }

  /** The memory of the octet at {@code orgPosition}, which must be kept, until the next change. */
  public MemorySegment memoryAt(long orgPosition) {
    return blocks.memoryAt(orgPosition);
  }

  /** Offset in {@link #memoryAt} of the octet at {@code orgPosition}, which must be kept. */
  public long memoryOffsetOf(long orgPosition) {
    return blocks.memoryOffsetOf(orgPosition);
  }

  /** The octets that carried PSH, as the last ones of their segments; some may be missing. */
  public RangeSet pushes() {
    return pushes;
  }

  /** Removes the octets below {@code orgPosition}. */
  public void removeBelow(long orgPosition) {
    if (!isEmpty()) {
      remove(firstStart(), orgPosition);
    }
  }

  /** Removes the first segment. */
  public void removeFirst() {
    remove(firstStart(), firstEnd());
  }

  /** Removes the octets from {@code orgPosition} on. */
  public void removeFrom(long orgPosition) {
    if (!isEmpty()) {
      remove(orgPosition, ranges.highest());
    }
  }

  /** Removes the last segment. */
  void removeLast() {
    long end = ranges.highest();
    long start = ranges.start(ranges.size() - 1);
    remove(Math.max(start, ends.highestBelow(end - 1) + 1), end);
  }

  /** Removes the octets of [orgStart, orgEnd). */
  void remove(long orgStart, long orgEnd) {
    if (orgStart >= orgEnd) {
      return;
    }
    length -= ranges.remove(orgStart, orgEnd);
    ends.remove(orgStart, orgEnd);
    pushes.remove(orgStart, orgEnd);
    blocks.freeUnused(orgStart, orgEnd, ranges);
    settle();
  }

  /** Number of octets that are kept. */
  public int length() {
    return (int) length;
  }

  /** Memory charged for this store. */
  public long chargedBytes() {
    return chargedBytes;
  }

  /** What is charged beside the octets. */
  public long overheadBytes() {
    return chargedBytes - length;
  }

  /**
   * Notes that the octets of [orgStart, orgEnd), not empty, are reported to their sender, unless
   * some of them are missing, or the stream keeps as many reported ones as it may. From then on
   * they are not thrown away.
   *
   * @return whether they may be reported
   */
  public boolean report(long orgStart, long orgEnd) {
    boolean may =
        ranges.contains(orgStart, orgEnd)
            && account.mayReport(blocks.unreportedBytesOf(orgStart, orgEnd));
    if (may) {
      blocks.markReported(orgStart, orgEnd);
      settle();
    }
    return may;
  }

  /** Writes the octets of [orgStart, orgEnd), which must be kept. */
  public void writeOctets(long orgStart, long orgEnd, StateWriter out) {
    for (long at = orgStart; at < orgEnd; at += lengthAt(at, orgEnd)) {
      out.octets(memoryAt(at), memoryOffsetOf(at), lengthAt(at, orgEnd));
    }
  }

  /** Writes the octets as segments, as far as it is known where those ended. */
  public void write(StateWriter out) {
    long before = 0;
    for (int i = 0; i < ranges.size(); i++) {
      long end;
      for (long at = ranges.start(i); at < ranges.end(i); at = end) {
        end = Math.min(ranges.end(i), Math.min(at + MAX_WRITTEN, ends.firstInside(at)) + 1);
        out.number((end - at) << 1 | (pushes.contains(end - 1, end) ? 1 : 0));
        out.number(at - before);
        writeOctets(at, end, out);
        before = end;
      }
    }
    out.number(0);
  }

  /** Reads what {@link #write} wrote into this store, which must be empty. */
  public void read(StateReader in) {
    MemorySegment memory = MemorySegment.ofArray(in.memory());
    long start = 0;
    for (long first = in.position(); first > 0; first = in.position()) {
      long bytes = Math.min(Integer.MAX_VALUE, first >>> 1);
      start = in.positionAfter(start);
      add(start, memory, in.skip((int) bytes), (int) bytes, (first & 1) != 0);
      start += bytes;
    }
  }

  /** Notes that octets of [orgStart, orgEnd) were reported elsewhere, as far as they are kept. */
  public void markReported(long orgStart, long orgEnd) {
    for (int i = ranges.firstEndingAfter(orgStart);
        i < ranges.size() && ranges.start(i) < orgEnd;
        i++) {
      blocks.markReported(Math.max(orgStart, ranges.start(i)), Math.min(orgEnd, ranges.end(i)));
    }
    settle();
  }

  @Override
  public void giveWay(long bytes) {
    long target = chargedBytes - bytes;
    long start = blocks.farthestUnreportedBefore(Long.MAX_VALUE);
    while (chargedBytes > target && start != OctetBlocks.NOWHERE) {
      remove(start, start + OctetBlock.BYTES);
      start = blocks.farthestUnreportedBefore(start);
    }
  }

  /** Removes everything. */
  public void free() {
    if (!isEmpty()) {
      remove(firstStart(), ranges.highest());
    }
  }

  /** Releases the arrays that nothing needs. */
  public void trim() {
    ranges.trim();
    ends.trim();
    pushes.trim();
    blocks.trim();
    settle();
  }

  /** The memory of the arrays on the heap. */
  int heapBytes() {
    return ranges.heapBytes() + ends.heapBytes() + pushes.heapBytes();
  }

  /** Charges what is kept now. */
  private void settle() {
    long bytes = blocks.bytes() + bytesOf(ranges) + bytesOf(ends) + bytesOf(pushes);
    account.charge(bytes - chargedBytes);
    chargedBytes = bytes;
    if (givesWay) {
      account.offer(this, blocks.unreportedBytes());
      account.report(blocks.bytes() - blocks.unreportedBytes());
    }
  }

  /** What a set is charged: all of its arrays, and beforehand what doubling them will take. */
  private static long bytesOf(RangeSet set) {
    return Math.max((long) ENTRY_BYTES * set.size(), set.heapBytes() - BASE_BYTES);
  }
}
