package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PayloadParts;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;

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

  /** Uses first copies only. */
  Source kept() {
    memory = MemorySegment.NULL;
    orgStart = 0;
    orgEnd = 0;
    return this;
  }

  /** Uses first copies, and {@code segment} for octets without one. */
  Source of(Segment segment) {
    memory = segment.memory();
    orgStart = segment.orgStart();
    orgEnd = segment.orgEnd();
    offset = segment.memoryOffsetOf(orgStart);
    return this;
  }

  /** Uses first copies, and the first delayed segment for octets without one. */
  Source of(DelayedSegments delayed) {
    memory = delayed.firstMemory();
    orgStart = delayed.firstStart();
    orgEnd = delayed.firstEnd();
    offset = 0;
    return this;
  }

  /**
   * Gives the segment under construction the payload [newFrom, newTo). First copies are referenced
   * instead of copied if {@code gathers} allows it.
   */
  void writeTo(SegmentBuilder builder, Stream stream, long newFrom, long newTo, boolean gathers) {
    if (gathers && newTo - newFrom >= MIN_REFERENCED_BYTES) {
      int pieces = stream.edits().firstCopies().pieceCount(newFrom, newTo);
      if (pieces > 0 && pieces <= PayloadParts.MAX_PARTS) {
        reference(builder, stream.edits().firstCopies(), newFrom, newTo);
        return;
      }
    }
    copyTo(builder, stream, newFrom, newTo);
  }

  private static void reference(
      SegmentBuilder builder, ReleasedOctets released, long newFrom, long newTo) {
    long at = newFrom;
    while (at < newTo) {
      int length = (int) Math.min(newTo - at, released.lengthAt(at));
      builder.payload(
          released.ownerAt(at), released.memoryAt(at), released.memoryOffsetOf(at), length);
      at += length;
    }
  }

  private void copyTo(SegmentBuilder builder, Stream stream, long newFrom, long newTo) {
    long at = newFrom;
    while (at < newTo) {
      int kept = (int) Math.min(newTo - at, stream.edits().firstCopies().lengthAt(at));
      if (kept > 0) {
        builder.payload(
            stream.edits().firstCopies().memoryAt(at),
            stream.edits().firstCopies().memoryOffsetOf(at),
            kept);
        at += kept;
      } else {
        at = copyUnkept(builder, stream, at, newTo);
      }
    }
  }

  /** Whether the octets of the segment equal the first copies from {@code newFrom}. */
  boolean isSameAsKept(Stream stream, long newFrom) {
    long newEnd = newFrom + (orgEnd - orgStart);
    long at = newFrom;
    while (at < newEnd) {
      int kept = (int) Math.min(newEnd - at, stream.edits().firstCopies().lengthAt(at));
      if (kept == 0 || !isSameAsKept(stream, at, offset + (at - newFrom), kept)) {
        return false;
      }
      at += kept;
    }
    return true;
  }

  private boolean isSameAsKept(Stream stream, long newFrom, long from, int length) {
    long kept = stream.edits().firstCopies().memoryOffsetOf(newFrom);
    return MemorySegment.mismatch(
            stream.edits().firstCopies().memoryAt(newFrom),
            kept,
            kept + length,
            memory,
            from,
            from + length)
        < 0;
  }

  private long copyUnkept(SegmentBuilder builder, Stream stream, long newFrom, long newTo) {
    long org = newFrom < 0 ? newFrom : stream.edits().map().acknowledgement(newFrom);
    long end = Math.min(newTo, stream.edits().firstCopies().nextStartAbove(newFrom));
    if (org < orgStart || org + (end - newFrom) > orgEnd) {
      throw new IllegalStateException("octets not at hand: newPosition=" + newFrom + " org=" + org);
    }
    builder.payload(memory, offset + (org - orgStart), (int) (end - newFrom));
    return end;
  }
}
