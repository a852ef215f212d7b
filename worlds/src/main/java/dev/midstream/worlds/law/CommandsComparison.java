package dev.midstream.worlds.law;

import dev.midstream.modcmd.command.CommandList;
import org.jspecify.annotations.Nullable;

/**
 * Compares the commands of a stream with those in its records, from the last one back. The records
 * may have more in front: they were folded since. One deletion may be several that join.
 */
final class CommandsComparison {
  private final CommandList kept;
  private final CommandList recorded;

  /** The commands of the records that are not compared yet. */
  private int left;

  /** The octets at the end of the last of these, a deletion, that are compared. */
  private long compared;

  CommandsComparison(CommandList kept, CommandList recorded) {
    this.kept = kept;
    this.recorded = recorded;
    left = recorded.size();
  }

  /** What is wrong with the commands of the records; null if nothing is. */
  @Nullable String error() {
    for (int i = kept.size() - 1; i >= 0; i--) {
      boolean isSame = kept.newLength(i) == 0 ? takeDeletion(i) : take(i);
      if (!isSame) {
        return "no command of [" + kept.orgSeq(i) + ", " + kept.orgEnd(i) + ")";
      }
    }
    return base() == kept.basePosition() && baseOffset() == kept.baseOffset()
        ? null
        : "base " + base() + " offset " + baseOffset() + " for " + kept.basePosition();
  }

  private boolean take(int index) {
    boolean isSame =
        compared == 0
            && left > 0
            && recorded.orgSeq(left - 1) == kept.orgSeq(index)
            && recorded.orgLength(left - 1) == kept.orgLength(index)
            && recorded.newLength(left - 1) == kept.newLength(index);
    left--;
    return isSame;
  }

  private boolean takeDeletion(int index) {
    long end = kept.orgEnd(index);
    while (end > kept.orgSeq(index)) {
      boolean isNext = left > 0 && recorded.newLength(left - 1) == 0 && base() == end;
      if (!isNext) {
        return false;
      }
      long room = recorded.orgLength(left - 1) - compared;
      long taken = Math.min(end - kept.orgSeq(index), room);
      end -= taken;
      compared = taken < room ? compared + taken : 0;
      left -= taken < room ? 0 : 1;
    }
    return true;
  }

  /** Where the commands of the records end that are not compared yet. */
  private long base() {
    return left > 0 ? recorded.orgEnd(left - 1) - compared : recorded.basePosition();
  }

  private long baseOffset() {
    return left > 0 ? recorded.offsetAfter(left - 1) + compared : recorded.baseOffset();
  }
}
