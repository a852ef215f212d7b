package dev.midstream.modcmd.command;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The modification commands of one direction, in stream order and without overlap, with the fields
 * derived from them.
 *
 * <p>Commands are appended after the last one. Several insertions may have the same position; they
 * keep the order of decision and precede the command that replaces octets there. {@link #foldTo}
 * merges the oldest commands into one base number, so old edits cost nothing. Index 0 is the oldest
 * command kept. Positions are 64-bit stream offsets. The list has no maximum size; its owner limits
 * it by {@link #size}. It keeps the octets of commands only if it is given them. Look-ups take
 * O(log n) and allocate nothing. Not thread-safe.
 */
public final class CommandList {
  /*
   * Positions are absolute in both streams, so folding moves the head of the ring and changes no
   * remaining command. The offset of a command is new end − original end.
   */
  private final CommandRing ring = new CommandRing();
  private long basePosition;
  private long baseOffset;
  private long offset;
  private long folded;

  /**
   * Appends a command and keeps its octets.
   *
   * @throws IllegalArgumentException if the command starts before the end of the list or has no
   *     effect; the list is then unchanged
   */
  public void append(long orgSeq, int orgLength, Octets newData) {
    append(orgSeq, orgLength, newData.length());
    ring.keepOctets(newData);
  }

  /**
   * Appends a command whose {@code newLength} octets the caller keeps.
   *
   * @throws IllegalArgumentException if the command starts before the end of the list or has no
   *     effect; the list is then unchanged
   */
  public void append(long orgSeq, int orgLength, int newLength) {
    if (orgSeq < orgEnd()) {
      throw new IllegalArgumentException(
          "command before the end of the list: orgSeq=" + orgSeq + " orgEnd=" + orgEnd());
    }
    ModificationCommand.requireEffect(orgLength, newLength);
    ring.add(orgSeq, orgLength, orgSeq + offset, newLength);
    offset += newLength - orgLength;
  }

  /**
   * Deletes {@code orgLength} octets (1 or more) from {@code orgSeq} on. What follows a deletion
   * directly joins its command, so a deletion that grows is one command for each 2^31 − 1 octets.
   * It joins none at whose place octets are inserted: they would then lie after the end of the
   * first deletion.
   *
   * @throws IllegalArgumentException if it starts before the end of the list or is empty; the list
   *     is then unchanged
   */
  public void delete(long orgSeq, long orgLength) {
    if (orgLength < 1 || orgSeq < orgEnd()) {
      throw new IllegalArgumentException(
          "no deletion after the end of the list: orgSeq=" + orgSeq + " orgLength=" + orgLength);
    }
    long end = orgSeq + orgLength;
    for (long at = orgSeq; at < end; at = orgEnd()) {
      int room = at == orgEnd() ? roomInLast() : 0;
      int length = (int) Math.min(end - at, room > 0 ? room : Integer.MAX_VALUE);
      if (room > 0) {
        ring.extend(length);
        offset -= length;
      } else {
        append(at, length, 0);
      }
    }
  }

  /** The octets that may join the last command: it must be a deletion that may grow. */
  private int roomInLast() {
    int last = size() - 1;
    boolean grows =
        last >= 0 && newLength(last) == 0 && (last == 0 || orgSeq(last - 1) < orgSeq(last));
    return grows ? Integer.MAX_VALUE - orgLength(last) : 0;
  }

  /**
   * Folds every command whose output ends at or below {@code newPosition} into the base, which
   * moves to the end of the last of them. Insertions whose output lies beyond the position stay,
   * also at the base. The cost is proportional to the number of folded commands.
   */
  public void foldTo(long newPosition) {
    int count = isEmpty() || newEnd(0) > newPosition ? 0 : countOutputEndingAt(newPosition);
    if (count > 0) {
      basePosition = orgEnd(count - 1);
      baseOffset = offsetAfter(count - 1);
      ring.drop(count);
      folded += count;
    }
  }

  /** Writes the base and the commands; not their octets. */
  public void write(StateWriter out) {
    out.number(basePosition);
    out.signed(baseOffset);
    out.number(size());
    long before = basePosition;
    for (int i = 0; i < size(); i++) {
      out.number(orgSeq(i) - before);
      out.number(orgLength(i));
      out.number(newLength(i));
      before = orgEnd(i);
    }
  }

  /**
   * Reads what {@link #write} wrote into this list, which must be new.
   *
   * @throws MalformedState if the octets are no list
   */
  public void read(StateReader in) {
    basePosition = in.position();
    baseOffset = in.signed();
    offset = baseOffset;
    if (basePosition + baseOffset < 0) {
      throw new MalformedState("base of commands out of range: position=" + basePosition);
    }
    // A command takes three octets or more.
    int count = in.count(in.remaining() / 3);
    for (int i = 0; i < count; i++) {
      long orgSeq = in.positionAfter(orgEnd());
      int orgLength = in.count(Integer.MAX_VALUE);
      int newLength = in.count(Integer.MAX_VALUE);
      if ((orgLength | newLength) == 0) {
        throw new MalformedState("command out of place: orgSeq=" + orgSeq);
      }
      append(orgSeq, orgLength, newLength);
    }
  }

  /** Releases memory that the commands do not need. */
  public void trim() {
    ring.trim();
  }

  /** The memory of the list on the heap, octets of the commands included. */
  public long heapBytes() {
    return ring.heapBytes();
  }

  /** The number of commands kept. */
  public int size() {
    return ring.size();
  }

  /**
   * The number of commands appended to this list since it was made or read, folded ones included.
   */
  public long appended() {
    return folded + size();
  }

  /** Whether no command is kept; the base may still carry an offset. */
  public boolean isEmpty() {
    return ring.size() == 0;
  }

  /** The original end of the last folded command; initially 0. */
  public long basePosition() {
    return basePosition;
  }

  /** The sum of new − original lengths of all folded commands. */
  public long baseOffset() {
    return baseOffset;
  }

  /** The sum of new − original lengths of all commands, folded ones included. */
  public long offset() {
    return offset;
  }

  /** The original end of the last command, folded or not. */
  public long orgEnd() {
    return isEmpty() ? basePosition : orgEnd(size() - 1);
  }

  /** The offset of the first octet that command {@code index} replaces. */
  public long orgSeq(int index) {
    return ring.orgSeq(index);
  }

  /** The number of octets that command {@code index} replaces. */
  public int orgLength(int index) {
    return ring.orgLength(index);
  }

  /** The original end of command {@code index}. */
  public long orgEnd(int index) {
    return ring.orgSeq(index) + ring.orgLength(index);
  }

  /**
   * The start of the output of command {@code index}: its original start plus the offset before it.
   */
  public long newSeq(int index) {
    return ring.newSeq(index);
  }

  /** The number of octets that command {@code index} inserts. */
  public int newLength(int index) {
    return (int) (ring.newEnd(index) - ring.newSeq(index));
  }

  /** The end of the output of command {@code index}. */
  public long newEnd(int index) {
    return ring.newEnd(index);
  }

  /** The cumulative offset, new − original, after command {@code index}. */
  public long offsetAfter(int index) {
    return ring.newEnd(index) - orgEnd(index);
  }

  /** The cumulative offset before command {@code index}, in [0, size]. */
  public long offsetBefore(int index) {
    return index == 0 ? baseOffset : offsetAfter(index - 1);
  }

  /** The octets that command {@code index} inserts; empty if the list does not keep them. */
  public Octets octets(int index) {
    return ring.octets(index);
  }

  /** Command {@code index} as a value; the list must keep its octets. */
  public ModificationCommand command(int index) {
    return new ModificationCommand(orgSeq(index), orgLength(index), octets(index));
  }

  /** The number of commands that start below {@code orgPosition}. */
  public int countStartingBelow(long orgPosition) {
    return ring.countOrgSeqsBelow(orgPosition);
  }

  /** The number of commands whose output starts below {@code newPosition}. */
  public int countOutputStartingBelow(long newPosition) {
    return ring.countNewSeqsBelow(newPosition);
  }

  /** The number of commands whose output ends at or below {@code newPosition}. */
  public int countOutputEndingAt(long newPosition) {
    return ring.countNewEndsBelow(newPosition + 1);
  }
}
