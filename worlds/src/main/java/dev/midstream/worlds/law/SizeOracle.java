package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks that no segment leaves with more octets than its receiver takes (law 6): those of the MSS
 * option in the SYN of the receiver (RFC 9293 section 3.7.1), or of the largest segment that the
 * other endpoint sent.
 */
final class SizeOracle implements BoxObserver {
  /** The largest segment that a host may send without an MSS option. */
  private static final int DEFAULT_MSS = 1_220;

  /** A smaller announcement counts as this many octets (H-52). */
  private static final int LEAST_MSS = 48;

  private final Leg leg;
  private int mssBytes = DEFAULT_MSS;
  private int largestBytes;

  private int leastBytes = LEAST_MSS;

  /** Checks what the endpoint on the side {@code leg} receives. */
  SizeOracle(Leg leg) {
    this.leg = leg;
  }

  /** The box does not know the MSS: it may send what each host must take. */
  SizeOracle unknown() {
    leastBytes = DEFAULT_MSS;
    return this;
  }

  @Override
  public void arrives(Leg from, WatchedSegment segment, long nowNanos) {
    if (from != leg) {
      largestBytes = Math.max(largestBytes, segment.view().payloadLength());
    } else if (segment.view().isSyn() && segment.options().maximumSegment() > 0) {
      mssBytes = Math.max(LEAST_MSS, segment.options().maximumSegment());
    }
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    int most = Math.max(Math.max(leastBytes, mssBytes), largestBytes);
    int length = segment.view().payloadLength();
    LawBroken.unless(
        to != leg || length <= most,
        Law.BOUNDS,
        () ->
            "a segment is too large: leg=%s bytes=%d most=%d nanos=%d"
                .formatted(leg, length, most, nowNanos));
  }
}
