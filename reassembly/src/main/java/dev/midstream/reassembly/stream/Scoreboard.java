package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;

/**
 * What the receiver reported by SACK above its acknowledgement, and what the engine retransmitted,
 * both in new space (RFC 6675).
 */
public final class Scoreboard {
  private final RangeSet sacked = new RangeSet();
  private final RangeSet retransmitted = new RangeSet();

  /** What the receiver reported by SACK above its acknowledgement. */
  public RangeSet sacked() {
    return sacked;
  }

  /** What the engine retransmitted; kept for one window below the acknowledgement. */
  public RangeSet retransmitted() {
    return retransmitted;
  }

  /**
   * The receiver acknowledged everything below {@code newPosition}. A report that starts there is
   * of octets that the receiver has discarded since.
   */
  public void acknowledged(long newPosition, long windowBytes) {
    sacked.removeBelow(newPosition);
    if (!sacked.isEmpty() && sacked.start(0) == newPosition) {
      sacked.removeBelow(sacked.end(0));
    }
    retransmitted.removeBelow(newPosition - windowBytes);
  }

  /** Forgets all reports: after a timeout none is believed (RFC 2018 section 8). */
  public void forgetReports() {
    sacked.clear();
  }
}
