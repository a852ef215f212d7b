package dev.midstream.reassembly.admit;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.stream.Stream;
import java.lang.foreign.MemorySegment;

/** Compares retransmitted octets with the first copies. */
final class RetransmissionCheck {
  private RetransmissionCheck() {}

  /**
   * Whether the octets of [start, orgEnd) equal the kept ones, including original octets that an
   * edit replaced. Acknowledged and opaque octets are not kept, so they are not compared.
   */
  static boolean isSameAsFirst(Segment segment, Stream stream, long orgEnd) {
    OctetBuffer undecided = stream.sender().undecided();
    long decided = stream.decided();
    long heldFrom = Math.max(segment.orgStart(), decided);
    long heldOffset = undecided.memoryOffset() + (heldFrom - decided);
    long decidedEnd = Math.min(orgEnd, decided);
    return (heldFrom >= orgEnd || isSame(segment, heldFrom, orgEnd, undecided.memory(), heldOffset))
        && isSamePassed(segment, stream, decidedEnd)
        && isSameReplaced(segment, stream, decidedEnd);
  }

  private static boolean isSamePassed(Segment segment, Stream stream, long orgEnd) {
    CommandList commands = stream.edits().commands();
    long from = Math.max(segment.orgStart(), commands.basePosition());
    int index = commands.countStartingBelow(from);
    if (index > 0) {
      from = Math.max(from, commands.orgEnd(index - 1));
    }
    while (from < orgEnd) {
      boolean more = index < commands.size();
      long to = more ? Math.min(orgEnd, commands.orgSeq(index)) : orgEnd;
      if (from < to && !isSamePassed(segment, stream, from, to, commands.offsetBefore(index))) {
        return false;
      }
      from = more ? Math.max(to, commands.orgEnd(index)) : orgEnd;
      index++;
    }
    return true;
  }

  private static boolean isSamePassed(
      Segment segment, Stream stream, long orgFrom, long orgTo, long offset) {
    ReleasedOctets released = stream.edits().firstCopies();
    long at = Math.max(orgFrom, stream.acknowledged() - offset);
    while (at < orgTo) {
      long newAt = at + offset;
      long end = Math.min(orgTo, at + released.lengthAt(newAt));
      if (at == end) {
        long newStart = released.nextStartAbove(newAt);
        at = newStart == Long.MAX_VALUE ? orgTo : newStart - offset;
        continue;
      }
      if (!isSame(segment, at, end, released.memoryAt(newAt), released.memoryOffsetOf(newAt))) {
        return false;
      }
      at = end;
    }
    return true;
  }

  private static boolean isSameReplaced(Segment segment, Stream stream, long orgEnd) {
    ReplacedOctets replaced = stream.sender().replaced();
    long start = segment.orgStart();
    long offset = segment.memoryOffsetOf(start);
    return start >= orgEnd || replaced.agreesWith(start, orgEnd, segment.memory(), offset);
  }

  private static boolean isSame(
      Segment segment, long orgFrom, long orgTo, MemorySegment kept, long keptOffset) {
    long from = segment.memoryOffsetOf(orgFrom);
    long to = segment.memoryOffsetOf(orgTo);
    long keptEnd = keptOffset + (to - from);
    return MemorySegment.mismatch(segment.memory(), from, to, kept, keptOffset, keptEnd) < 0;
  }
}
