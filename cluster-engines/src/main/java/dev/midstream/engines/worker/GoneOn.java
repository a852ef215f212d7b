package dev.midstream.engines.worker;

import dev.midstream.reassembly.commit.LogState;

/**
 * Whether connections of another engine, with which that of a bucket goes on, are in its own
 * replicas. It reads few of them in a call, and writes records of those alone. Until it has read
 * all, and the records are committed, the node that had them must keep what it has.
 */
final class GoneOn {
  private static final long UNKNOWN = -1;

  private final OwnedBucket own;

  /** The last record of them; {@link #UNKNOWN} as long as not all are read. */
  private long record = UNKNOWN;

  /** {@code own} is about to go on with connections. */
  GoneOn(OwnedBucket own) {
    this.own = own;
  }

  /** Whether {@code other} is the engine that goes on with them, and not a later one. */
  boolean isAt(OwnedBucket other) {
    return own == other && own.log().state() != LogState.REFUSED;
  }

  /** Whether all are in the replicas of the bucket, if that has any. */
  boolean isHeld() {
    if (record == UNKNOWN && own.isSettled() && !own.isGoingOn()) {
      record = own.log().appended();
    }
    return record != UNKNOWN
        && (own.log().state() == LogState.ALONE || own.log().committed() >= record);
  }
}
