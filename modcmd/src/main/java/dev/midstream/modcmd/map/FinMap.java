package dev.midstream.modcmd.map;

/**
 * Where the FIN of one direction stands in both streams, and the acknowledgement that covers it.
 *
 * <p>It goes through: arrived, settled (everything before it is decided, and nothing can be
 * inserted any more), released. Not thread-safe.
 */
public final class FinMap {
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final OffsetMap map;
  private long orgFin = UNKNOWN;
  private long newFin = UNKNOWN;
  private boolean released;

  /** The end of the stream that {@code map} maps; no FIN was seen. */
  public FinMap(OffsetMap map) {
    this.map = map;
  }

  /**
   * The sender's FIN stands at {@code orgPosition}. False if one was seen elsewhere: that stays.
   */
  public boolean arrive(long orgPosition) {
    if (orgFin == UNKNOWN) {
      orgFin = orgPosition;
    }
    return orgFin == orgPosition;
  }

  /** The FIN was none, because octets behind it came; false if its new place is fixed already. */
  public boolean withdraw() {
    if (isSettled()) {
      return false;
    }
    orgFin = UNKNOWN;
    return true;
  }

  /** The end of stream was decided: the FIN's new place is fixed if all before it is decided. */
  public boolean settle() {
    if (newFin == UNKNOWN && orgFin == map.decided()) {
      newFin = map.newEnd();
    }
    return isSettled();
  }

  /** The FIN has left; it must be settled. */
  public void release() {
    if (!isSettled()) {
      throw new IllegalStateException("fin released before it was settled");
    }
    released = true;
  }

  /** Whether the FIN was seen. */
  public boolean isKnown() {
    return orgFin != UNKNOWN;
  }

  /** Whether the FIN's new place is fixed. */
  public boolean isSettled() {
    return newFin != UNKNOWN;
  }

  /** Whether the FIN has left. */
  public boolean isReleased() {
    return released;
  }

  /** Whether the FIN may leave now, behind the new position {@code newEnd}, and has not left. */
  public boolean isPending(long newEnd) {
    return isSettled() && !released && newEnd == newFin;
  }

  /** The FIN's place in the original stream; it must be known. */
  public long orgFin() {
    return known(orgFin);
  }

  /** The FIN's place in the new stream; it must be settled. */
  public long newFin() {
    return known(newFin);
  }

  /**
   * Whether an acknowledgement of {@code newPosition} covers what never left, given the end {@code
   * newReleased} of what did.
   */
  public boolean refuses(long newPosition, long newReleased) {
    return newPosition > (released ? newFin + 1 : newReleased);
  }

  /** As {@link OffsetMap#acknowledgement}, and of a released FIN the place behind it. */
  public long acknowledgement(long newPosition) {
    return released && newPosition > newFin ? orgFin + 1 : map.acknowledgement(newPosition);
  }

  /** As {@link OffsetMap#acknowledgementForward}, and of a settled FIN the place behind it. */
  public long acknowledgementForward(long orgPosition) {
    return isSettled() && orgPosition > orgFin
        ? newFin + 1
        : map.acknowledgementForward(orgPosition);
  }

  private static long known(long position) {
    if (position == UNKNOWN) {
      throw new IllegalStateException("place of the fin is not known yet");
    }
    return position;
  }
}
