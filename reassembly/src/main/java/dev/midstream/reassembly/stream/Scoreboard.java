package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;

/**
 * What the receiver reported by SACK above its acknowledgement, and what the engine retransmitted,
 * both in new space (RFC 6675). Derived state.
 */
public final class Scoreboard {
  private final RangeSet sacked = new RangeSet();
  private final RangeSet retransmitted = new RangeSet();

  /** What the receiver reported by SACK above its acknowledgement. */
  public RangeSet sacked() {
    return sacked;
  }

  /** What the engine retransmitted; kept until one window below the acknowledgement. */
  public RangeSet retransmitted() {
    return retransmitted;
  }

  /**
   * The receiver acknowledged everything below {@code newPosition}. A reported range that starts
   * there was discarded by the receiver.
   */
  public void onAcknowledged(long newPosition, long windowBytes) {
    sacked.removeBelow(newPosition);
    if (!sacked.isEmpty() && sacked.start(0) == newPosition) {
      sacked.removeBelow(sacked.end(0));
    }
    retransmitted.removeBelow(newPosition - windowBytes);
  }

  /** Clears all reports: after a timeout they may be out of date (RFC 2018 section 8). */
  public void forgetReports() {
    sacked.clear();
  }
}
