package dev.midstream.modcmd.map;

import dev.midstream.modcmd.command.CommandList;

/**
 * The mapping of positions between the original and the new stream of one direction.
 *
 * <p>A <em>cut</em> is an original position that is not strictly inside a command. An insertion
 * belongs to the octet that follows it. Positions below the base of the list are unknown and count
 * as the base; positions above {@link #decided} map with the offset behind all commands, which is
 * right for octets that pass unseen. Nothing here allocates; look-ups take O(log n). Not
 * thread-safe.
 */
public final class OffsetMap {
  /*
   * original   0    o      o+l        p            D
   *            |----|=======|---------|------------|
   *            |----|====|---------|------------|++|      ++ an insertion at D
   * new        0             ^        ^            before(D), N
   *                          newEnd   before(p) = p + offset behind the last command below p
   */
  private final CommandList commands;
  private long decided;

  /** The map of {@code commands}; what they cover is decided, and nothing behind them. */
  public OffsetMap(CommandList commands) {
    this.commands = commands;
    decided = commands.orgEnd();
  }

  /** The commands it maps by. */
  public CommandList commands() {
    return commands;
  }

  /** The end of what is decided, original. */
  public long decided() {
    return decided;
  }

  /**
   * Everything below {@code orgPosition} is decided.
   *
   * @throws IllegalArgumentException if that takes a decision back or leaves a command undecided
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

  /** The new position of {@code orgPosition}, or of the cut below it, behind insertions there. */
  public long after(long orgPosition) {
    long cut = down(Math.max(orgPosition, commands.basePosition()));
    int count = commands.countStartingBelow(cut + 1);
    boolean replaced = count > 0 && commands.orgEnd(count - 1) > cut;
    return cut + commands.offsetBefore(replaced ? count - 1 : count);
  }

  /** Where a segment that starts at {@code orgStart} starts: with the whole edit it starts in. */
  public long dataStart(long orgStart) {
    return before(orgStart);
  }

  /**
   * Where a segment that ends at {@code orgEnd} ends: with the whole edit it ends in, and at the
   * end of what is decided with what was inserted there.
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
   * What an acknowledgement of {@code newPosition} says of the original stream: the highest decided
   * cut all of whose output before it lies below the position. Inside an edit or insertion that is
   * its start, at a deletion the place beyond it.
   */
  public long acknowledgement(long newPosition) {
    int count = commands.countOutputEndingAt(newPosition);
    long position = newPosition - commands.offsetBefore(count);
    long next = count < commands.size() ? commands.orgSeq(count) : decided;
    return Math.max(commands.basePosition(), Math.min(position, Math.min(next, decided)));
  }

  /**
   * What a recorded acknowledgement of the original stream says of the new one: nothing beyond what
   * is decided.
   */
  public long acknowledgementForward(long orgPosition) {
    return before(Math.min(orgPosition, decided));
  }

  /** The lowest cut, decided or not, whose output starts at or above {@code newPosition}. */
  long firstCutFrom(long newPosition) {
    int count = commands.countOutputStartingBelow(newPosition);
    if (count == 0) {
      return Math.max(commands.basePosition(), newPosition - commands.baseOffset());
    }
    long place = commands.orgSeq(count - 1);
    int last = commands.countStartingBelow(place + 1) - 1;
    long beyond = Math.max(place + 1, commands.orgEnd(last));
    return Math.max(beyond, newPosition - commands.offsetAfter(last));
  }

  private boolean isInside(long orgPosition, int last) {
    return last >= 0 && commands.orgEnd(last) > orgPosition;
  }
}
