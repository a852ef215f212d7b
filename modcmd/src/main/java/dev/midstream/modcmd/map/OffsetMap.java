package dev.midstream.modcmd.map;

import dev.midstream.modcmd.command.CommandList;

/**
 * The mapping of positions between the original and the new stream of one direction.
 *
 * <p>A <em>cut</em> is an original position that is not strictly inside a command. An insertion
 * belongs to the octet that follows it. Positions below the base of the list are unknown and count
 * as the base; insertions at the base that were folded lie before it. Positions above {@link
 * #decided} map with the offset after all commands, which is right for octets that pass
 * uninspected. Nothing here allocates; look-ups take O(log n). Not thread-safe.
 */
public final class OffsetMap {
  /*
   * original   0    o      o+l        p            D
   *            |----|=======|---------|------------|
   *            |----|====|---------|------------|++|      ++ an insertion at D
   * new        0             ^        ^            before(D), N
   *                          newEnd   before(p) = p + offset after the last command below p
   */
  private final CommandList commands;
  private long decided;

  /** The map of {@code commands}; the octets up to the end of the last command are decided. */
  public OffsetMap(CommandList commands) {
    this.commands = commands;
    decided = commands.orgEnd();
  }

  /** The commands of this map. */
  public CommandList commands() {
    return commands;
  }

  /** The original end of the decided octets. */
  public long decided() {
    return decided;
  }

  /**
   * Marks everything below {@code orgPosition} as decided.
   *
   * @throws IllegalArgumentException if that would revoke a decision or leave a command undecided
   */
  public void decideTo(long orgPosition) {
    long least = Math.max(decided, commands.orgEnd());
    if (orgPosition < least) {
      throw new IllegalArgumentException(
          "decision taken back: decided=" + least + " position=" + orgPosition);
    }
    decided = orgPosition;
  }

  /** Whether {@code orgPosition} is not strictly inside a command. */
  public boolean isCut(long orgPosition) {
    return down(orgPosition) == orgPosition;
  }

  /** The nearest cut at or below {@code orgPosition}. */
  public long down(long orgPosition) {
    int last = commands.countStartingBelow(orgPosition) - 1;
    return isInside(orgPosition, last) ? commands.orgSeq(last) : orgPosition;
  }

  /** The nearest cut at or above {@code orgPosition}. */
  public long up(long orgPosition) {
    int last = commands.countStartingBelow(orgPosition) - 1;
    return isInside(orgPosition, last) ? commands.orgEnd(last) : orgPosition;
  }

  /** The new position of {@code orgPosition}, or of the cut below it, before insertions there. */
  public long before(long orgPosition) {
    long position = Math.max(orgPosition, commands.basePosition());
    int count = commands.countStartingBelow(position);
    if (isInside(position, count - 1)) {
      position = commands.orgSeq(count - 1);
      count = commands.countStartingBelow(position);
    }
    return position + commands.offsetBefore(count);
  }

  /** The new position of {@code orgPosition}, or of the cut below it, after insertions there. */
  public long after(long orgPosition) {
    long cut = down(Math.max(orgPosition, commands.basePosition()));
    int count = commands.countStartingBelow(cut + 1);
    boolean replaced = count > 0 && commands.orgEnd(count - 1) > cut;
    return cut + commands.offsetBefore(replaced ? count - 1 : count);
  }

  /**
   * The new start of a segment that starts at {@code orgStart}. An edit that the segment starts in
   * is included as a whole.
   */
  public long dataStart(long orgStart) {
    return before(orgStart);
  }

  /**
   * The new end of a segment that ends at {@code orgEnd}. An edit that the segment ends in is
   * included as a whole, and so are insertions at the end of the decided octets.
   */
  public long dataEnd(long orgEnd) {
    long cut = up(Math.min(orgEnd, decided));
    return cut == decided ? newEnd() : before(cut);
  }

  /** The end of the decided output. */
  public long newEnd() {
    return decided + commands.offset();
  }

  /**
   * Maps an acknowledgement of {@code newPosition} to the original stream: to the highest decided
   * cut such that all output before it lies below the position. A position inside an edit or
   * insertion maps to its start; a position at a deletion maps to the end of the deletion.
   */
  public long acknowledgement(long newPosition) {
    int count = commands.countOutputEndingAt(newPosition);
    long position = newPosition - commands.offsetBefore(count);
    long next = count < commands.size() ? commands.orgSeq(count) : decided;
    return Math.max(commands.basePosition(), Math.min(position, Math.min(next, decided)));
  }

  /**
   * Maps a recorded acknowledgement of the original stream to the new one, at most to the end of
   * the decided output.
   */
  public long acknowledgementForward(long orgPosition) {
    return before(Math.min(orgPosition, decided));
  }

  /** The lowest cut, decided or not, whose output starts at or above {@code newPosition}. */
  public long firstCutFrom(long newPosition) {
    int count = commands.countOutputStartingBelow(newPosition);
    if (count == 0) {
      return Math.max(commands.basePosition(), newPosition - commands.baseOffset());
    }
    long place = commands.orgSeq(count - 1);
    int last = commands.countStartingBelow(place + 1) - 1;
    long beyond = Math.max(place + 1, commands.orgEnd(last));
    return Math.max(beyond, newPosition - commands.offsetAfter(last));
  }

  /**
   * The end of the octets that a receiver has, or had replaced, which acknowledged {@code
   * newPosition}: no deleted octets after it, also if something was put in before them.
   */
  public long receivedEnd(long newPosition) {
    int last = commands.countOutputStartingBelow(newPosition) - 1;
    boolean endsPutIn =
        last >= 0 && commands.orgLength(last) == 0 && newPosition <= commands.newEnd(last);
    return endsPutIn ? commands.orgSeq(last) : firstCutFrom(newPosition);
  }

  private boolean isInside(long orgPosition, int last) {
    return last >= 0 && commands.orgEnd(last) > orgPosition;
  }
}
