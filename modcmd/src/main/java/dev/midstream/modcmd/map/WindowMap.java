package dev.midstream.modcmd.map;

/**
 * The window one direction's sender is shown: its right edge, which never moves left, and the field
 * that says it.
 *
 * <p>What the edge promises beyond the receiver's own, by rounding or because an edit grew, waits
 * in the engine. Not thread-safe.
 */
public final class WindowMap {
  private static final int MAX_FIELD = 65535;
  private static final int MAX_SCALE = 14;

  private final OffsetMap map;
  private long edge;
  private int scale;

  /** A window of which nothing was shown yet. */
  public WindowMap(OffsetMap map) {
    this.map = map;
  }

  /** The receiver's window scale, in [0, 14]; a greater one counts as 14 (RFC 7323 section 2.3). */
  public void scale(int shift) {
    if (shift < 0) {
      throw new IllegalArgumentException("negative window scale: shift=" + shift);
    }
    scale = Math.min(shift, MAX_SCALE);
  }

  /** The window scale in use. */
  public int scale() {
    return scale;
  }

  /** The right edge shown to the sender, original. */
  public long edge() {
    return edge;
  }

  /** Where the receiver's right edge stands in the original stream. */
  public long rightEdge(long newRight) {
    long beyond = newRight - map.newEnd();
    return beyond >= 0 ? map.decided() + beyond : map.acknowledgement(newRight);
  }

  /**
   * The edge the sender should be shown: the receiver's, at most {@code orgLimit}, which bounds
   * what the connection may keep, and never left of the one already shown.
   */
  public long targetEdge(long newRight, long orgLimit) {
    return Math.max(edge, Math.min(rightEdge(newRight), orgLimit));
  }

  /**
   * The field that shows the edge {@code target} beside the acknowledgement {@code ack}, and from
   * then on {@link #edge} is what that field says. Rounded up where rounding down would take the
   * edge back, or close the window although it is open and nothing of this direction is {@code
   * waiting} for the receiver.
   */
  public int advertise(long target, long ack, boolean waiting) {
    return advertise(target, ack, waiting, scale);
  }

  /** As {@link #advertise} for a segment with SYN, where the window is never scaled. */
  public int advertiseInSyn(long target, long ack) {
    return advertise(target, ack, false, 0);
  }

  /**
   * The field of a segment without SYN that takes nothing back of what was shown; unlike {@link
   * #advertise} it is not shown yet: {@link #onAdvertised} says that it was.
   */
  public int fieldOfEdge(long ack) {
    long open = Math.max(0, edge - ack);
    return (int) Math.min(MAX_FIELD, (open + (1L << scale) - 1) >> scale);
  }

  /** A segment without SYN has left that shows {@code field} beside {@code ack}. */
  public void onAdvertised(long ack, int field) {
    edge = Math.max(edge, ack + ((long) field << scale));
  }

  /**
   * How much further than {@link #edge} the field of {@link #advertise} would say; not shown yet.
   */
  public long growth(long target, long ack, boolean waiting) {
    return ack + (fieldOf(target, ack, waiting, scale) << scale) - edge;
  }

  private int advertise(long target, long ack, boolean waiting, int shift) {
    long field = fieldOf(target, ack, waiting, shift);
    edge = Math.max(edge, ack + (field << shift));
    return (int) field;
  }

  private long fieldOf(long target, long ack, boolean waiting, int shift) {
    long open = Math.max(0, Math.max(edge, target) - ack);
    long units = open >> shift;
    boolean retracts = ack + (units << shift) < edge;
    boolean closes = units == 0 && open > 0 && !waiting;
    return Math.min(MAX_FIELD, retracts || closes ? units + 1 : units);
  }
}
