package dev.midstream.worlds.law;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.store.ReleasedOctets;
import org.jspecify.annotations.Nullable;

/**
 * Compares the first copies that a stream keeps with those in its records, in one pass over both
 * and over its commands. Records may lack copies that their sender can repeat.
 */
final class CopiesComparison {
  private final ReleasedOctets kept;
  private final ReleasedOctets recorded;
  private final CommandList commands;
  private final long ownedEnd;
  private int command;

  /**
   * A comparison of {@code kept} with {@code recorded}.
   *
   * @param commands of those the records hold the octets
   * @param ownedEnd below it the records hold all octets
   */
  CopiesComparison(
      ReleasedOctets kept, ReleasedOctets recorded, CommandList commands, long ownedEnd) {
    this.kept = kept;
    this.recorded = recorded;
    this.commands = commands;
    this.ownedEnd = ownedEnd;
  }

  /** What is wrong with the copies of [newStart, newEnd); null if nothing is. */
  @Nullable String error(long newStart, long newEnd) {
    long at = newStart;
    while (at < newEnd) {
      int length = kept.lengthAt(at);
      long next = Math.min(newEnd, length > 0 ? at + length : kept.nextStartAbove(at));
      String error = length > 0 ? errorOfPiece(at, next) : errorOfHole(at, next);
      if (error != null) {
        return error;
      }
      at = next;
    }
    return null;
  }

  /** A piece that is kept: the records have it as it is, or lack a part of it that they may. */
  private @Nullable String errorOfPiece(long start, long end) {
    if (!recorded.agreesWith(start, end, kept.memoryAt(start), kept.memoryOffsetOf(start))) {
      return "other octets in [" + start + ", " + end + ")";
    }
    long at = start;
    while (at < end) {
      int length = recorded.lengthAt(at);
      if (length > 0) {
        at += length;
        continue;
      }
      long next = Math.min(end, recorded.nextStartAbove(at));
      if (at < ownedEnd || isEdited(at, next)) {
        return "none of [" + at + ", " + next + ")";
      }
      at = next;
    }
    return null;
  }

  /** Octets that are not kept, because they are opaque, are in no record. */
  private @Nullable String errorOfHole(long start, long end) {
    boolean isAny = recorded.lengthAt(start) > 0 || recorded.nextStartAbove(start) < end;
    return isAny ? "some of [" + start + ", " + end + "), which are not kept" : null;
  }

  /** Whether an edit made octets of [newStart, newEnd), which is not below those before. */
  private boolean isEdited(long newStart, long newEnd) {
    while (command < commands.size() && commands.newEnd(command) <= newStart) {
      command++;
    }
    for (int i = command; i < commands.size() && commands.newSeq(i) < newEnd; i++) {
      if (commands.newLength(i) > 0) {
        return true;
      }
    }
    return false;
  }
}
