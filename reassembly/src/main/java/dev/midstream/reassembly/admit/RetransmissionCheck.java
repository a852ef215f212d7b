package dev.midstream.reassembly.admit;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.stream.Stream;

/** Compares retransmitted octets with the first copies. */
final class RetransmissionCheck {
  private RetransmissionCheck() {}

  /**
   * Whether the octets of [start, orgEnd) equal the kept ones, including original octets that an
   * edit replaced. Acknowledged and opaque octets are not kept, so they are not compared.
   */
  static boolean isSameAsReleased(Segment segment, Stream stream, long orgEnd) {
    return isSamePassed(segment, stream, orgEnd) && isSameReplaced(segment, stream, orgEnd);
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
    long at = Math.max(orgFrom, stream.acknowledged() - offset);
    while (at < orgTo) {
      int kept = (int) Math.min(orgTo - at, stream.edits().firstCopies().lengthAt(at + offset));
      if (kept == 0) {
        long newStart = stream.edits().firstCopies().nextStartAbove(at + offset);
        at = newStart == Long.MAX_VALUE ? orgTo : Math.min(orgTo, newStart - offset);
        continue;
      }
      if (!Admission.isSame(
          segment,
          at,
          at + kept,
          stream.edits().firstCopies().memoryAt(at + offset),
          stream.edits().firstCopies().memoryOffsetOf(at + offset))) {
        return false;
      }
      at += kept;
    }
    return true;
  }

  private static boolean isSameReplaced(Segment segment, Stream stream, long orgEnd) {
    ReplacedOctets replaced = stream.sender().replaced();
    long at = segment.orgStart();
    while (at < orgEnd && !replaced.isEmpty()) {
      int kept = (int) Math.min(orgEnd - at, replaced.lengthAt(at));
      if (kept == 0) {
        at = replaced.nextStartAbove(at);
        continue;
      }
      if (!Admission.isSame(
          segment, at, at + kept, replaced.memory(), replaced.memoryOffsetOf(at))) {
        return false;
      }
      at += kept;
    }
    return true;
  }
}
