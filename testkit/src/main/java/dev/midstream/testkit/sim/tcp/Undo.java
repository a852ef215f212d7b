package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.range.RangeSet;

/**
 * Counts D-SACKs against retransmissions: if all were needless, so was the reduction (RFC 3708).
 */
final class Undo {
  private final Counters counters;
  private final boolean enabled;
  private final RangeSet resent = new RangeSet();
  private long resentBytes;
  private boolean open;

  Undo(Counters counters, boolean enabled) {
    this.counters = counters;
    this.enabled = enabled;
  }

  /** Begins to count, because the congestion window is reduced at {@code una}. */
  void begin(long una) {
    resentBytes = 0;
    open = una >= 0;
  }

  /** Notes that {@code [start, end)} leaves again. */
  void resending(long start, long end) {
    resent.addUnbounded(start, end);
    resentBytes += end - start;
  }

  /** Notes a D-SACK of {@code [left, right)}; whether the reduction is to be undone. */
  boolean duplicateTold(long left, long right) {
    if (!resent.intersects(left, right)) {
      counters.add(Counter.DUPLICATES_TOLD);
      return false;
    }
    counters.add(Counter.SPURIOUS_RETRANSMISSIONS);
    resentBytes -= right - left;
    if (!open || resentBytes > 0) {
      return false;
    }
    open = false;
    if (enabled) {
      counters.add(Counter.UNDOS);
    }
    return enabled;
  }
}
