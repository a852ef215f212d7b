package dev.midstream.modcmd.command;

/**
 * The modification commands of one direction, in stream order and without overlap, with the fields
 * derived from them.
 *
 * <p>Commands are appended behind the last one; several insertions may stand at one place, in order
 * of decision, before the command that replaces octets there. {@link #foldTo} erases the oldest
 * into one base number, so that what was edited long ago costs nothing. Index 0 is the oldest
 * command kept. Positions are 64-bit stream offsets. There is no ceiling: {@link #size} lets the
 * owner keep one. Look-ups take O(log n) and allocate nothing. Not thread-safe.
 */
public final class CommandList {
  /*
   * Positions are absolute in both streams, so folding moves the head of the ring and touches no
   * command that stays. The offset of a command is new end − original end.
   */
  private final CommandRing ring = new CommandRing();
  private long basePosition;
  private long baseOffset;
  private long offset;

  /**
   * Adds a command behind the last one.
   *
   * @throws IllegalArgumentException if it starts before the end of the list, or has no effect; the
   *     list is then as before
   */
  public void append(long orgSeq, int orgLength, Octets newData) {
    if (orgSeq < orgEnd()) {
      throw new IllegalArgumentException(
          "command before the end of the list: orgSeq=" + orgSeq + " orgEnd=" + orgEnd());
    }
    ModificationCommand.requireEffect(orgLength, newData);
    ring.add(orgSeq, orgLength, orgSeq + offset, newData);
    offset += newData.length() - orgLength;
  }

  /**
   * Folds every command that starts below {@code orgPosition} and ends at or below it into the
   * base; insertions at the position stay. Inside a command the position counts as its start; at or
   * below the base nothing happens. Costs as much as it folds.
   */
  public void foldTo(long orgPosition) {
    int count = 0;
    while (count < size() && orgSeq(count) < orgPosition && orgEnd(count) <= orgPosition) {
      count++;
    }
    if (count < size() && orgSeq(count) < orgPosition) {
      long start = orgSeq(count);
      fold(countBackTo(start, count), start);
    } else {
      fold(count, Math.max(orgPosition, basePosition));
    }
  }

  /** Number of commands kept. */
  public int size() {
    return ring.size();
  }

  /** Whether no command is kept; the base may still carry an offset. */
  public boolean isEmpty() {
    return ring.size() == 0;
  }

  /** The original position below which commands were folded; 0 at first. */
  public long basePosition() {
    return basePosition;
  }

  /** The sum of new − original lengths over every folded command. */
  public long baseOffset() {
    return baseOffset;
  }

  /** The sum of new − original lengths over every command, the folded ones included. */
  public long offset() {
    return offset;
  }

  /** The original position behind the last command, or the base. */
  public long orgEnd() {
    return isEmpty() ? basePosition : orgEnd(size() - 1);
  }

  /** The first octet that command {@code index} replaces. */
  public long orgSeq(int index) {
    return ring.orgSeq(index);
  }

  /** How many octets command {@code index} replaces. */
  public int orgLength(int index) {
    return ring.orgLength(index);
  }

  /** The original position behind command {@code index}. */
  public long orgEnd(int index) {
    return ring.orgSeq(index) + ring.orgLength(index);
  }

  /**
   * Where the output of command {@code index} starts: its original start + the offset before it.
   */
  public long newSeq(int index) {
    return ring.newSeq(index);
  }

  /** How many octets command {@code index} puts in. */
  public int newLength(int index) {
    return ring.octets(index).length();
  }

  /** Where the output of command {@code index} ends. */
  public long newEnd(int index) {
    return ring.newEnd(index);
  }

  /** The cumulative offset, new − original, behind command {@code index}. */
  public long offsetAfter(int index) {
    return ring.newEnd(index) - orgEnd(index);
  }

  /** The cumulative offset before command {@code index}, in [0, size]. */
  public long offsetBefore(int index) {
    return index == 0 ? baseOffset : offsetAfter(index - 1);
  }

  /** What command {@code index} puts in. */
  public Octets octets(int index) {
    return ring.octets(index);
  }

  /** Command {@code index} as a value. */
  public ModificationCommand command(int index) {
    return new ModificationCommand(orgSeq(index), orgLength(index), octets(index));
  }

  /** How many commands start below {@code orgPosition}. */
  public int countStartingBelow(long orgPosition) {
    return ring.countOrgSeqsBelow(orgPosition);
  }

  /** How many commands have output that starts below {@code newPosition}. */
  public int countOutputStartingBelow(long newPosition) {
    return ring.countNewSeqsBelow(newPosition);
  }

  /** How many commands have all their output below {@code newPosition}. */
  public int countOutputEndingAt(long newPosition) {
    return ring.countNewEndsBelow(newPosition + 1);
  }

  private int countBackTo(long orgPosition, int count) {
    int below = count;
    while (below > 0 && orgSeq(below - 1) == orgPosition) {
      below--;
    }
    return below;
  }

  private void fold(int count, long orgPosition) {
    baseOffset = offsetBefore(count);
    ring.drop(count);
    basePosition = orgPosition;
  }
}
