package dev.midstream.reassembly.admit;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.OctetComparison;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.stream.Stream;

/** Compares retransmitted octets with the first copies. */
final class RetransmissionCheck {
  private RetransmissionCheck() {}

  /**
   * Whether the octets of [start, orgEnd) equal the kept ones, including original octets that an
   * edit replaced. Acknowledged and opaque octets are not kept, so they are not compared.
   */
  static boolean isSameAsFirst(Segment segment, Stream stream, long orgEnd) {
    long decidedEnd = Math.min(orgEnd, stream.decided());
    return isSameHeld(segment, stream, orgEnd)
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
    long from = Math.max(orgFrom, stream.acknowledged() - offset);
    ReleasedOctets released = stream.edits().firstCopies();
    return from >= orgTo
        || released.agreesWith(
            from + offset, orgTo + offset, segment.memory(), segment.memoryOffsetOf(from));
  }

  private static boolean isSameReplaced(Segment segment, Stream stream, long orgEnd) {
    ReplacedOctets replaced = stream.sender().replaced();
    long start = segment.orgStart();
    long offset = segment.memoryOffsetOf(start);
    return start >= orgEnd || replaced.agreesWith(start, orgEnd, segment.memory(), offset);
  }

  private static boolean isSameHeld(Segment segment, Stream stream, long orgEnd) {
    OctetBuffer undecided = stream.sender().undecided();
    long decided = stream.decided();
    long from = Math.max(segment.orgStart(), decided);
    return from >= orgEnd
        || OctetComparison.isSame(
            undecided.memory(),
            undecided.memoryOffset() + (from - decided),
            segment.memory(),
            segment.memoryOffsetOf(from),
            orgEnd - from);
  }
}
