package dev.midstream.testkit.sim.tcp;

/** RACK: entries are lost if later ones were delivered long enough ago (RFC 8985 section 6). */
final class Rack {
  private static final int MAX_REO_WND_MULTIPLIER = 16;

  private final RttEstimator rtt;
  private long newestSentNanos = -1;
  private long newestEnd;
  private long newestRttNanos;
  private long highestEnd;
  private boolean reorderingSeen;
  private int reoWndMultiplier = 1;

  Rack(RttEstimator rtt) {
    this.rtt = rtt;
  }

  /** Notes the delivery of the entry that ends at {@code end}. */
  void delivered(long end, long sentNanos, int transmissions, long nowNanos) {
    noteOrder(end, transmissions);
    long nanos = nowNanos - sentNanos;
    boolean isOfEarlierCopy = transmissions > 1 && nanos < rtt.minNanos();
    if (isOfEarlierCopy || !isAfter(sentNanos, end)) {
      return;
    }
    newestSentNanos = sentNanos;
    newestEnd = end;
    newestRttNanos = nanos;
  }

  private void noteOrder(long end, int transmissions) {
    if (end > highestEnd) {
      highestEnd = end;
    } else if (transmissions == 1) {
      reorderingSeen = true;
    }
  }

  /** Widens the reordering window after a spurious retransmission. */
  void onDsack() {
    reoWndMultiplier = Math.min(MAX_REO_WND_MULTIPLIER, reoWndMultiplier + 1);
  }

  /**
   * Marks lost entries.
   *
   * @param many whether so many octets were reported that reordering cannot be the cause
   * @return the time until the next check in nanoseconds; 0 for no check
   */
  long detectLosses(Scoreboard scoreboard, boolean many, long nowNanos) {
    long longest = 0;
    long patience = newestRttNanos + reorderWindowNanos(many);
    for (int i = scoreboard.head(); i < scoreboard.tail(); i++) {
      if (scoreboard.isSacked(i)
          || scoreboard.needsRetransmit(i)
          || isAfter(scoreboard.sentNanos(i), scoreboard.end(i))) {
        continue;
      }
      long left = scoreboard.sentNanos(i) + patience - nowNanos;
      if (left <= 0) {
        scoreboard.markLost(i);
      } else {
        longest = Math.max(longest, left);
      }
    }
    return longest;
  }

  private long reorderWindowNanos(boolean many) {
    if (!reorderingSeen && many) {
      return 0;
    }
    long part = rtt.minNanos() == Long.MAX_VALUE ? 0 : rtt.minNanos() / 4 * reoWndMultiplier;
    return Math.min(part, rtt.smoothedNanos());
  }

  /** Whether an entry was sent after the newest delivered one. */
  private boolean isAfter(long sentNanos, long end) {
    return sentNanos > newestSentNanos || (sentNanos == newestSentNanos && end >= newestEnd);
  }
}
