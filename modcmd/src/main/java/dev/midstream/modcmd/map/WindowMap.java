package dev.midstream.modcmd.map;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The window advertised to the sender of one direction: its right edge, which never moves left, and
 * the window field.
 *
 * <p>The advertised edge may lie beyond the receiver's own, because of rounding or because an edit
 * grew. The engine holds the octets in between. Rounding must not let the sender go on for ever: a
 * window closes when all is acknowledged that the receiver and the limits ever allowed, and less
 * than a unit of the field is left (RFC 7323 section 2.4). Not thread-safe.
 */
public final class WindowMap {
  private static final int MAX_FIELD = 65535;
  private static final int MAX_SCALE = 14;

  private final OffsetMap map;
  private long edge;
  private long grantedEdge;
  private long shownEdge;
  private long largestBytes;
  private int scale;

  /** A window that was never advertised. */
  public WindowMap(OffsetMap map) {
    this.map = map;
  }

  /** Sets the receiver's window scale; a shift above 14 counts as 14 (RFC 7323 section 2.3). */
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

  /** The original right edge advertised to the sender. */
  public long edge() {
    return edge;
  }

  /** The right edge that was advertised last: less than a unit below {@link #edge} if it closed. */
  public long shownEdge() {
    return shownEdge;
  }

  /** The highest edge that was advertised on purpose: {@link #edge} without rounding. */
  public long grantedEdge() {
    return grantedEdge;
  }

  /** The largest window that was, or may have been, advertised to the sender. */
  public long largestBytes() {
    return largestBytes;
  }

  /** The receiver's right edge in the original stream. */
  public long rightEdge(long newRight) {
    long beyond = newRight - map.newEnd();
    return beyond >= 0 ? map.decided() + beyond : map.acknowledgement(newRight);
  }

  /**
   * The edge to advertise: the receiver's right edge, at most {@code orgLimit}, which bounds what
   * the connection may hold.
   */
  public long targetEdge(long newRight, long orgLimit) {
    return Math.min(rightEdge(newRight), orgLimit);
  }

  /**
   * Advertises the edge {@code target}, or the present one, with the acknowledgement {@code ack},
   * and moves {@link #edge} to what the field says. The field is rounded up if rounding down would
   * move the edge left. It is also rounded up if rounding down would close an open window, unless
   * octets of this direction are {@code waiting} for the receiver. It is not rounded up from 0 once
   * {@code ack} has reached {@link #grantedEdge}.
   *
   * @return the window field
   */
  public int advertise(long target, long ack, boolean waiting) {
    return advertise(target, ack, waiting, scale);
  }

  /** As {@link #advertise} for a segment with SYN, whose window is never scaled. */
  public int advertiseInSyn(long target, long ack) {
    return advertise(target, ack, false, 0);
  }

  /**
   * The field of a segment without SYN that does not move the advertised edge left. It does not
   * count as advertised until {@link #onAdvertised}.
   */
  public int fieldOfEdge(long ack) {
    long open = Math.max(0, edge - ack);
    return (int) Math.min(MAX_FIELD, (open + (1L << scale) - 1) >> scale);
  }

  /** Notes that a segment without SYN was sent with {@code ack} and {@code field}. */
  public void onAdvertised(long ack, int field) {
    note(ack, (long) field << scale);
  }

  /** Takes an edge that was advertised before this window was made, if it is the highest. */
  public void raiseTo(long orgEdge) {
    edge = Math.max(edge, orgEdge);
    grantedEdge = Math.max(grantedEdge, orgEdge);
    shownEdge = edge;
  }

  /** Notes that a window of {@code bytes} may have been advertised before this one was made. */
  public void raiseLargestTo(long bytes) {
    largestBytes = Math.max(largestBytes, bytes);
  }

  /** The distance by which {@link #advertise} would move {@link #shownEdge}; advertises nothing. */
  public long growth(long target, long ack, boolean waiting) {
    return ack + (fieldOf(target, ack, waiting, scale) << scale) - shownEdge;
  }

  /** Writes the scale and the edges. */
  public void write(StateWriter out) {
    out.octet(scale);
    out.number(edge);
    out.signed(edge - grantedEdge);
    out.signed(edge - shownEdge);
    out.number(largestBytes);
  }

  /** Reads what {@link #write} wrote into this window, which must be new. */
  public void read(StateReader in) {
    scale(in.octet());
    edge = in.position();
    grantedEdge = edge - in.signed();
    shownEdge = edge - in.signed();
    largestBytes = in.position();
  }

  private int advertise(long target, long ack, boolean waiting, int shift) {
    long field = fieldOf(target, ack, waiting, shift);
    note(ack, field << shift);
    grantedEdge = Math.max(grantedEdge, Math.min(target, edge));
    return (int) field;
  }

  private void note(long ack, long bytes) {
    edge = Math.max(edge, ack + bytes);
    shownEdge = bytes == 0 ? ack : edge;
    largestBytes = Math.max(largestBytes, bytes);
  }

  private long fieldOf(long target, long ack, boolean waiting, int shift) {
    long open = Math.max(0, Math.max(shownEdge, target) - ack);
    long units = open >> shift;
    if (units == 0 && ack >= Math.max(grantedEdge, target)) {
      return 0;
    }
    boolean retracts = ack + (units << shift) < shownEdge;
    boolean closes = units == 0 && open > 0 && !waiting;
    return Math.min(MAX_FIELD, retracts || closes ? units + 1 : units);
  }
}
