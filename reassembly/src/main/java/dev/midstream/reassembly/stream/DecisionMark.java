package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.FinMap;

/**
 * What was decided of one direction when a record of it was written: positions that only grow, and
 * which span was open. {@link StreamStep} writes what came since.
 */
public final class DecisionMark {
  private static final int FIN = 1;
  private static final int OPAQUE = 2;
  private static final int DROPPED = 4;
  private static final int SET = 8;
  private static final int OWN_FIN = 16;
  private static final int FIN_REACHED = 32;
  private static final int FIN_ACKNOWLEDGED = 64;
  private static final int SPAN_END_OWED = 128;
  private static final int REST_OPAQUE = 256;
  private static final int REST_DROPPED = 512;
  private static final int ALL_FIN = FIN | OWN_FIN | FIN_REACHED | FIN_ACKNOWLEDGED;

  private long decided;
  private long end;
  private long newEnd;
  private long commands;
  private long commandsEnd;
  private long custody;
  private long count;
  private int flags;

  void set(Edits edits, long orgCustody) {
    decided = edits.map().decided();
    end = endOf(edits);
    newEnd = edits.map().newEnd();
    commands = edits.commands().appended();
    commandsEnd = edits.commands().orgEnd();
    custody = orgCustody;
    count = edits.count();
    flags = SET | flagsOf(edits);
  }

  /** Sets this mark to {@code other}. */
  public void set(DecisionMark other) {
    decided = other.decided;
    end = other.end;
    newEnd = other.newEnd;
    commands = other.commands;
    commandsEnd = other.commandsEnd;
    custody = other.custody;
    count = other.count;
    flags = other.flags;
  }

  /** Octets from {@code orgCustody} on were thrown away, and a record follows without them. */
  public void lowerCustody(long orgCustody) {
    custody = Math.min(custody, orgCustody);
  }

  /** D: the end of the decided octets, in original space. */
  public long decided() {
    return decided;
  }

  /** N: the end of the output, in new space. */
  long newEnd() {
    return newEnd;
  }

  /** The commands appended before. */
  public long commands() {
    return commands;
  }

  /** The end of the last command, in original space. It may have grown since. */
  long commandsEnd() {
    return commandsEnd;
  }

  /** The edits that the agent had decided. */
  long count() {
    return count;
  }

  /** The end of the octets whose custody was wanted. */
  public long custody() {
    return custody;
  }

  /** Whether the FIN was settled. */
  public boolean hasFin() {
    return (flags & FIN) != 0;
  }

  /** Whether the FIN was settled, and that of the sender is the next to be acknowledged. */
  boolean hasReachedFin() {
    return hasFin() && (flags & FIN_REACHED) != 0;
  }

  /**
   * Whether the FIN was acknowledged, and the other stream has ended, too, or the engine ended this
   * one. What the FIN of the other stream acknowledged is not said again by its end.
   */
  boolean hasFinAcknowledged() {
    return (flags & FIN_ACKNOWLEDGED) != 0;
  }

  /** Whether all the rest was opaque. */
  boolean isRestOpaque() {
    return (flags & REST_OPAQUE) != 0;
  }

  /** Whether all the rest was dropped. */
  boolean isRestDropped() {
    return (flags & REST_DROPPED) != 0;
  }

  /** Whether another span is open, another one ends, or octets of a span have come. */
  boolean isSpanChanged(Edits edits) {
    int spans = OPAQUE | DROPPED | REST_OPAQUE | REST_DROPPED;
    return (flags & spans) != (flagsOf(edits) & spans)
        || end != endOf(edits)
        || edits.opaque().unstoredEnd() > decided;
  }

  /**
   * Whether the FIN was settled since, came after it was, or was acknowledged although an end may
   * close before the other one is answered.
   */
  boolean isFinChanged(Edits edits) {
    return (flags & ALL_FIN) != (flagsOf(edits) & ALL_FIN);
  }

  /** Whether edits were counted since, or the agent is to be called at the end of a span. */
  boolean isCountChanged(Edits edits) {
    return count != edits.count() || (flags & SPAN_END_OWED) != (flagsOf(edits) & SPAN_END_OWED);
  }

  /**
   * The end of the octets about which the mark says what happens to them: D, or the end of an
   * opaque span that is open. If it was closed since before its end, or is another one, D.
   */
  long endFor(Edits edits) {
    boolean same = (flags & (OPAQUE | DROPPED)) == (flagsOf(edits) & (OPAQUE | DROPPED));
    return same || end <= edits.map().decided() ? end : decided;
  }

  /**
   * Whether this holds no more than {@code before} but octets that an agent passed: no edit, span,
   * end of the stream or custody.
   */
  boolean isPassedSince(DecisionMark before) {
    return flags == before.flags
        && (flags & ~SET) == 0
        && commands == before.commands
        && count == before.count
        && custody == before.custody;
  }

  /**
   * Whether nothing was decided since, but what is in an opaque span came or was skipped. That the
   * receiver has acknowledged the FIN is no reason for a record, unless an end may close by it.
   */
  boolean isOf(Edits edits) {
    int changed = flags ^ (SET | flagsOf(edits));
    boolean mayClose = edits.fin().isOwn() || edits.isSenderFinished();
    return commands == edits.commands().appended()
        && (mayClose ? changed : changed & ~FIN_ACKNOWLEDGED) == 0
        && end == endOf(edits)
        && count == edits.count();
  }

  /** Octets of a dropped span are decided when they come: their sender then forgets them. */
  private static long endOf(Edits edits) {
    boolean passes = edits.opaque().isOpen() && !edits.dropped().isOpen();
    return passes ? edits.opaque().end() : edits.map().decided();
  }

  private static int flagsOf(Edits edits) {
    return (edits.fin().isSettled() ? finFlagsOf(edits) : 0)
        | (edits.opaque().isOpen() ? OPAQUE : 0)
        | (edits.dropped().isOpen() ? DROPPED : 0)
        | (edits.opaque().isEndless() ? REST_OPAQUE : 0)
        | (edits.dropped().isEndless() ? REST_DROPPED : 0)
        | (edits.isSpanEndWanted() ? SPAN_END_OWED : 0);
  }

  private static int finFlagsOf(Edits edits) {
    FinMap fin = edits.fin();
    boolean isRecorded = fin.isOwn() || edits.isReverseEnded();
    boolean isAcknowledged = isRecorded && edits.firstCopies().freedBelow() > fin.newFin();
    return FIN
        | (fin.isReached() ? FIN_REACHED : 0)
        | (fin.isOwn() ? OWN_FIN : 0)
        | (isAcknowledged ? FIN_ACKNOWLEDGED : 0);
  }
}
