package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.OctetSnapshot;
import dev.midstream.reassembly.store.ReleasedOctets;

/**
 * The first copies of one direction that its records hold: what comes from commands, and what its
 * sender cannot repeat because it is in custody, or may be once the record is committed; or all.
 */
final class RecordedCopies {
  /**
   * Octets between those of two commands that are fewer are in the record, too: another engine
   * would need as much for each place where octets are missing.
   */
  static final int NEAR_BYTES = 256;

  /** Commands that are searched for one before that put octets in. */
  private static final int MOST_BEFORE = 8;

  private final FirstCopies which;

  RecordedCopies(FirstCopies which) {
    this.which = which;
  }

  /** Writes those that a whole record holds. */
  void writeWhole(Edits edits, StateWriter out) {
    write(edits, 0, 0, out);
  }

  /** Whether a step since {@code since} holds more for octets that were decided before it. */
  boolean isOwnedSince(Edits edits, DecisionMark since) {
    return which == FirstCopies.COMMANDS
        && edits.recordedCustodyEnd() > since.custody()
        && edits.map().before(since.custody()) < since.newEnd();
  }

  /**
   * Writes those that were decided since {@code since}, and those that passed before and are in
   * custody since.
   */
  void writeSince(Edits edits, DecisionMark since, StateWriter out) {
    long newOwned =
        isOwnedSince(edits, since) ? edits.map().before(since.custody()) : since.newEnd();
    write(edits, newOwned, since.newEnd(), out);
  }

  private void write(Edits edits, long newOwned, long newFrom, StateWriter out) {
    ReleasedOctets copies = edits.firstCopies();
    long end = OctetSnapshot.begin(copies, out);
    if (which == FirstCopies.ALL) {
      OctetSnapshot.add(copies, end, Math.max(newFrom, end), Long.MAX_VALUE, out);
    } else {
      long ownedEnd = ownedEnd(edits);
      long at = OctetSnapshot.add(copies, end, Math.max(newOwned, end), ownedEnd, out);
      writeOfCommands(edits, at, Math.max(newFrom, Math.max(ownedEnd, at)), out);
    }
    OctetSnapshot.end(out);
  }

  /** Writes what comes from commands from {@code newFrom} on, after what ends at {@code end}. */
  private static void writeOfCommands(Edits edits, long end, long newFrom, StateWriter out) {
    CommandList commands = edits.commands();
    int first = commands.countOutputEndingAt(newFrom);
    long before = endBefore(commands, first);
    long at = end;
    for (int i = first; i < commands.size(); i++) {
      if (commands.newLength(i) > 0) {
        boolean isNear = commands.newSeq(i) - before < NEAR_BYTES;
        long start = Math.max(at, isNear ? before : Math.max(newFrom, commands.newSeq(i)));
        before = commands.newEnd(i);
        at = OctetSnapshot.add(edits.firstCopies(), at, start, before, out);
      }
    }
  }

  /** The end of the last octets that come from a command just before the one at {@code index}. */
  private static long endBefore(CommandList commands, int index) {
    for (int i = index - 1; i >= Math.max(0, index - MOST_BEFORE); i--) {
      if (commands.newLength(i) > 0) {
        return commands.newEnd(i);
      }
    }
    return Long.MIN_VALUE / 2;
  }

  private static long ownedEnd(Edits edits) {
    long custody = edits.recordedCustodyEnd();
    return custody == 0 ? 0 : Math.min(edits.map().after(custody), edits.map().newEnd());
  }
}
