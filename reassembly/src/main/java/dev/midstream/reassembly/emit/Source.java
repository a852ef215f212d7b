package dev.midstream.reassembly.emit;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PayloadParts;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The source of emitted octets: first copies, and the arriving segment for opaque octets, which are
 * not kept. Reusable.
 */
final class Source {
  /** Smallest payload that is sent without a copy; below it a copy is cheaper. */
  private static final int MIN_REFERENCED_BYTES = 4_096;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private long orgStart;
  private long orgEnd;
  private @Nullable DelayedSegments delayed;

  /** Uses first copies only. */
  Source useKept() {
    return use(MemorySegment.NULL, 0, 0, 0);
  }

  /** Uses first copies, and {@code segment} for octets without one. */
  Source use(Segment segment) {
    long start = segment.orgStart();
    return use(segment.memory(), segment.memoryOffsetOf(start), start, segment.orgEnd());
  }

  /** Uses first copies, and the first delayed segment for octets without one. */
  Source use(DelayedSegments delayed) {
    use(MemorySegment.NULL, 0, delayed.firstStart(), delayed.firstEnd());
    this.delayed = delayed;
    return this;
  }

  private Source use(MemorySegment memory, long offset, long orgStart, long orgEnd) {
    this.memory = memory;
    this.offset = offset;
    this.orgStart = orgStart;
    this.orgEnd = orgEnd;
    delayed = null;
    return this;
  }

  /**
   * Gives the segment under construction the payload [newFrom, newTo). First copies are referenced
   * instead of copied if {@code gathers} allows it.
   */
  void writeTo(SegmentBuilder builder, Stream stream, long newFrom, long newTo, boolean gathers) {
    ReleasedOctets released = stream.edits().firstCopies();
    boolean references = false;
    if (gathers && newTo - newFrom >= MIN_REFERENCED_BYTES) {
      int pieces = released.pieceCount(newFrom, newTo);
      references = pieces > 0 && pieces <= PayloadParts.MAX_PARTS;
    }
    long at = newFrom;
    while (at < newTo) {
      int kept = (int) Math.min(newTo - at, released.lengthAt(at));
      if (kept == 0) {
        at = copyUnkept(builder, stream, at, newTo);
        continue;
      }
      MemorySegment place = released.memoryAt(at);
      long placeOffset = released.memoryOffsetOf(at);
      if (references) {
        builder.payload(released.ownerAt(at), place, placeOffset, kept);
      } else {
        builder.payload(place, placeOffset, kept);
      }
      at += kept;
    }
  }

  /** Whether the octets of {@code segment} equal the first copies from {@code newFrom}. */
  static boolean isSameAsKept(Segment segment, long newFrom) {
    ReleasedOctets released = segment.stream().edits().firstCopies();
    long from = segment.memoryOffsetOf(segment.orgStart());
    long to = from + segment.length();
    long at = newFrom;
    while (from < to) {
      long end = Math.min(to, from + released.lengthAt(at));
      if (from == end || !isSame(released, at, segment.memory(), from, end)) {
        return false;
      }
      at += end - from;
      from = end;
    }
    return true;
  }

  private static boolean isSame(
      ReleasedOctets released, long at, MemorySegment memory, long from, long to) {
    MemorySegment kept = released.memoryAt(at);
    long start = released.memoryOffsetOf(at);
    return MemorySegment.mismatch(kept, start, start + (to - from), memory, from, to) < 0;
  }

  private long copyUnkept(SegmentBuilder builder, Stream stream, long newFrom, long newTo) {
    long org = newFrom < 0 ? newFrom : stream.edits().map().acknowledgement(newFrom);
    long end = Math.min(newTo, unkeptEnd(stream, newFrom));
    if (org < orgStart || org + (end - newFrom) > orgEnd) {
      throw new IllegalStateException("octets not at hand: newPosition=" + newFrom + " org=" + org);
    }
    int length = (int) (end - newFrom);
    if (delayed == null) {
      builder.payload(memory, offset + (org - orgStart), length);
    } else {
      copyDelayed(builder, delayed, org, org + length);
    }
    return end;
  }

  /** The end of the octets from {@code newFrom} on that are not kept and came without a break. */
  private static long unkeptEnd(Stream stream, long newFrom) {
    CommandList commands = stream.edits().commands();
    int next = commands.countOutputStartingBelow(newFrom + 1);
    long end = next < commands.size() ? commands.newSeq(next) : Long.MAX_VALUE;
    return Math.min(end, stream.edits().firstCopies().nextStartAbove(newFrom));
  }

  private static void copyDelayed(
      SegmentBuilder builder, DelayedSegments delayed, long orgFrom, long orgTo) {
    for (long at = orgFrom; at < orgTo; at += delayed.lengthAt(at, orgTo)) {
      int length = delayed.lengthAt(at, orgTo);
      builder.payload(delayed.memoryAt(at), delayed.memoryOffsetOf(at), length);
    }
  }
}
