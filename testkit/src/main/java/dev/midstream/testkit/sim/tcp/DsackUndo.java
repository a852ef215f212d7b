package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.range.RangeSet;

/**
 * Counts D-SACKs against retransmissions: if all were needless, so was the reduction (RFC 3708).
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

  /** Begins to count, because the congestion window is reduced at {@code una}. */
  void begin(long una) {
    retransmittedBytes = 0;
    open = una >= 0;
  }

  /** Notes that {@code [start, end)} leaves again. */
  void onRetransmit(long start, long end) {
    retransmitted.addUnbounded(start, end);
    retransmittedBytes += end - start;
  }

  /** Notes a D-SACK of {@code [left, right)}; whether the reduction is to be undone. */
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
