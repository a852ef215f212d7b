package dev.midstream.reassembly.admit;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;

/** Whether a repeated segment carries the octets that were released the first time. */
final class RetransmissionCheck {
  private RetransmissionCheck() {}

  /**
   * Compares the octets of [start, orgEnd) that passed unchanged and are still kept. Octets that an
   * edit replaced, that were acknowledged or that were opaque cannot be compared.
   */
  static boolean isSameAsReleased(Segment segment, Stream stream, long orgEnd) {
    CommandList commands = stream.commands();
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
    long at = Math.max(orgFrom, stream.feedback().acknowledged() - offset);
    while (at < orgTo) {
      int kept = (int) Math.min(orgTo - at, stream.released().lengthAt(at + offset));
      if (kept == 0) {
        long newStart = stream.released().nextStartAbove(at + offset);
        at = newStart == Long.MAX_VALUE ? orgTo : Math.min(orgTo, newStart - offset);
        continue;
      }
      if (!Admission.isSame(
          segment,
          at,
          at + kept,
          stream.released().memory(),
          stream.released().memoryOffsetOf(at + offset))) {
        return false;
      }
      at += kept;
    }
    return true;
  }
}
