package dev.midstream.testkit.sim.tcp;

/** Which pieces are lost because later ones arrived long enough ago (RFC 8985 section 6). */
final class Rack {
  private static final int MAX_REO_WND_MULTIPLIER = 16;

  private final RoundTrip roundTrip;
  private long newestSentNanos = -1;
  private long newestEnd;
  private long newestRoundTripNanos;
  private long highestEnd;
  private boolean sawReordering;
  private int multiple = 1;

  Rack(RoundTrip roundTrip) {
    this.roundTrip = roundTrip;
  }

  /** Notes that the piece up to {@code end} arrived. */
  void delivered(long end, long sentNanos, int transmissions, long nowNanos) {
    noteOrder(end, transmissions);
    long nanos = nowNanos - sentNanos;
    boolean isOfEarlierCopy = transmissions > 1 && nanos < roundTrip.minNanos();
    if (isOfEarlierCopy || !isAfter(sentNanos, end)) {
      return;
    }
    newestSentNanos = sentNanos;
    newestEnd = end;
    newestRoundTripNanos = nanos;
  }

  private void noteOrder(long end, int transmissions) {
    if (end > highestEnd) {
      highestEnd = end;
    } else if (transmissions == 1) {
      sawReordering = true;
    }
  }

  /** Notes that a retransmission was needless: more time is given. */
  void duplicateTold() {
    multiple = Math.min(MAX_REO_WND_MULTIPLIER, multiple + 1);
  }

  /**
   * Marks the pieces that are lost by now.
   *
   * @param many whether so much was reported that order cannot be the reason
   * @return in how many nanoseconds to look again; 0 for not at all
   */
  long findLosses(SentTable sent, boolean many, long nowNanos) {
    long longest = 0;
    long patience = newestRoundTripNanos + reorderingNanos(many);
    for (int i = sent.head(); i < sent.tail(); i++) {
      if (sent.isSacked(i) || sent.isToResend(i) || isAfter(sent.sentNanos(i), sent.end(i))) {
        continue;
      }
      long left = sent.sentNanos(i) + patience - nowNanos;
      if (left <= 0) {
        sent.lose(i);
      } else {
        longest = Math.max(longest, left);
      }
    }
    return longest;
  }

  private long reorderingNanos(boolean many) {
    if (!sawReordering && many) {
      return 0;
    }
    long part = roundTrip.minNanos() == Long.MAX_VALUE ? 0 : roundTrip.minNanos() / 4 * multiple;
    return Math.min(part, roundTrip.smoothedNanos());
  }

  /** Whether a piece left after the newest one that arrived. */
  private boolean isAfter(long sentNanos, long end) {
    return sentNanos > newestSentNanos || (sentNanos == newestSentNanos && end >= newestEnd);
  }
}
