package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.range.RangeSet;

/**
 * Matches D-SACKs with retransmissions. If all retransmissions of a cwnd reduction were spurious,
 * the reduction is undone (RFC 3708).
 */
final class DsackUndo {
  private final Counters counters;
  private final boolean enabled;
  private final RangeSet retransmitted = new RangeSet();
  private long retransmittedBytes;
  private boolean open;

  DsackUndo(Counters counters, boolean enabled) {
    this.counters = counters;
    this.enabled = enabled;
  }

  /** Starts counting for a cwnd reduction at {@code una}. */
  void begin(long una) {
    retransmittedBytes = 0;
    open = una >= 0;
  }

  /** Notes a retransmission of {@code [start, end)}. */
  void onRetransmit(long start, long end) {
    retransmitted.addUnbounded(start, end);
    retransmittedBytes += end - start;
  }

  /**
   * Notes a D-SACK of {@code [left, right)}.
   *
   * @return whether to undo the reduction
   */
  boolean onDsack(long left, long right) {
    if (!retransmitted.intersects(left, right)) {
      counters.add(Counter.NETWORK_DUPLICATES);
      return false;
    }
    counters.add(Counter.SPURIOUS_RETRANSMISSIONS);
    retransmittedBytes -= right - left;
    if (!open || retransmittedBytes > 0) {
      return false;
    }
    open = false;
    if (enabled) {
      counters.add(Counter.UNDOS);
    }
    return enabled;
  }
}
