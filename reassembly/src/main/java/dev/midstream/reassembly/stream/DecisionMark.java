package dev.midstream.reassembly.stream;

/**
 * What was decided of one direction when a record of it was written: positions that only grow, and
 * which span was open.
 */
public final class DecisionMark {
  private static final int FIN = 1;
  private static final int OPAQUE = 2;
  private static final int DROPPED = 4;
  private static final int SET = 8;

  private long decided;
  private long end;
  private long commands;
  private long custody;
  private int flags;

  void set(Edits edits, long orgCustody) {
    decided = edits.map().decided();
    end = endOf(edits);
    commands = edits.commands().appended();
    custody = orgCustody;
    flags = SET | flagsOf(edits);
  }

  /** Sets this mark to {@code other}. */
  public void set(DecisionMark other) {
    decided = other.decided;
    end = other.end;
    commands = other.commands;
    custody = other.custody;
    flags = other.flags;
  }

  /** D: the end of the decided octets, in original space. */
  public long decided() {
    return decided;
  }

  /** The commands appended before. */
  public long commands() {
    return commands;
  }

  /** The end of the octets whose custody was wanted. */
  public long custody() {
    return custody;
  }

  /** Whether the FIN was settled. */
  public boolean hasFin() {
    return (flags & FIN) != 0;
  }

  /**
   * The end of the octets about which the mark says what happens to them: D, or the end of a span
   * that is open. If it was closed since before its end, or is another one, D.
   */
  long endFor(Edits edits) {
    boolean same = (flags & (OPAQUE | DROPPED)) == (flagsOf(edits) & (OPAQUE | DROPPED));
    return same || end <= edits.map().decided() ? end : decided;
  }

  /** Whether nothing was decided since, but what is in a span came or was skipped. */
  boolean isOf(Edits edits) {
    return commands == edits.commands().appended()
        && flags == (SET | flagsOf(edits))
        && end == endOf(edits);
  }

  private static long endOf(Edits edits) {
    if (edits.opaque().isEndless() || edits.dropped().isEndless()) {
      return Long.MAX_VALUE;
    }
    return edits.spanEnd();
  }

  private static int flagsOf(Edits edits) {
    return (edits.fin().isSettled() ? FIN : 0)
        | (edits.opaque().isOpen() ? OPAQUE : 0)
        | (edits.dropped().isOpen() ? DROPPED : 0);
  }
}
