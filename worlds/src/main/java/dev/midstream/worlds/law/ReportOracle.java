package dev.midstream.worlds.law;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks the form of the SACK blocks that one endpoint receives (law 3): at most four, three beside
 * timestamps, above the acknowledgement and apart from each other, except a D-SACK in front (RFC
 * 2018 section 3, RFC 2883 section 4). A block next to the acknowledgement means that its receiver
 * discarded octets, and so does an acknowledgement that ends among reported ones. New octets are
 * first in the first acknowledgement that reports them in the call in which they came (RFC 2018
 * section 4).
 */
final class ReportOracle implements BoxObserver {
  private static final long KEPT_NANOS = 60_000_000_000L;

  private final Leg leg;
  private final boolean reneging;
  private final boolean withdrawing;
  private final RangeSet everReported = new RangeSet();

  /** The first report since all that was reported had been acknowledged. */
  private long reportedNanos = Long.MAX_VALUE;

  private long acknowledged = Long.MIN_VALUE;
  private long causeStart;
  private long causeEnd;

  /**
   * Checks what the endpoint on the side {@code leg} receives.
   *
   * @param reneging whether the other one may discard what it has reported
   * @param opaque whether octets may pass that the box does not store, so that it acknowledges
   *     nothing on its own
   */
  ReportOracle(Leg leg, boolean reneging, boolean opaque) {
    this.leg = leg;
    this.reneging = reneging;
    withdrawing = reneging || opaque;
  }

  @Override
  public void begins(long nowNanos) {
    causeStart = causeEnd = 0;
  }

  @Override
  public void arrives(Leg from, WatchedSegment segment, long nowNanos) {
    boolean isNew = !everReported.intersects(segment.start(), segment.end());
    if (from == leg && segment.end() > segment.start() && isNew) {
      causeStart = segment.start();
      causeEnd = segment.end();
    }
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    int blocks = segment.options().sackBlocks();
    if (to != leg || !segment.view().isAck() || segment.view().isRst()) {
      return;
    }
    requireNotWithdrawn(segment, nowNanos);
    if (blocks == 0) {
      return;
    }
    reportedNanos = Math.min(reportedNanos, nowNanos);
    int most = segment.options().hasTimestamps() ? 3 : 4;
    require(blocks <= most, "too many SACK blocks", segment, nowNanos);
    int first = isDuplicate(segment) ? 1 : 0;
    RangeSet reported = new RangeSet();
    for (int i = first; i < blocks; i++) {
      long left = segment.sackLeft(i);
      long right = segment.sackRight(i);
      require(left < right, "empty SACK block", segment, nowNanos);
      boolean above = left > segment.ack() || (reneging && left == segment.ack());
      require(above, "SACK block below the acknowledgement", segment, nowNanos);
      require(!reported.intersects(left, right), "SACK blocks overlap", segment, nowNanos);
      reported.addUnbounded(left, right);
      boolean cause = causeStart < causeEnd && left <= causeStart && causeEnd <= right;
      require(!cause || i == first, "SACK block of the cause is not first", segment, nowNanos);
      everReported.addUnbounded(left, right);
    }
  }

  /** What was only reported may be forgotten (RFC 2018 section 8). */
  @Override
  public void dies(Death death, long nowNanos) {
    everReported.clear();
    reportedNanos = Long.MAX_VALUE;
    acknowledged = Long.MIN_VALUE;
  }

  /**
   * What was reported may be forgotten after a gap of 100 s. Acknowledgements below an earlier one
   * are for law 4.
   */
  private void requireNotWithdrawn(WatchedSegment segment, long nowNanos) {
    if (segment.ack() < acknowledged) {
      return;
    }
    acknowledged = segment.ack();
    if (segment.ack() >= everReported.highest()) {
      reportedNanos = Long.MAX_VALUE;
    }
    boolean kept = !withdrawing && nowNanos - KEPT_NANOS < reportedNanos;
    boolean withdrawn = kept && everReported.contains(segment.ack(), segment.ack() + 1);
    require(!withdrawn, "an ACK ends where reported octets begin", segment, nowNanos);
  }

  /** Whether the first block reports octets that came twice. */
  private static boolean isDuplicate(WatchedSegment segment) {
    long left = segment.sackLeft(0);
    long right = segment.sackRight(0);
    boolean inSecond =
        segment.options().sackBlocks() > 1
            && segment.sackLeft(1) <= left
            && right <= segment.sackRight(1);
    return right <= segment.ack() || inSecond;
  }

  private void require(boolean holds, String what, WatchedSegment segment, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.HONESTY,
        () ->
            "%s: leg=%s ack=%d blocks=%s nanos=%d"
                .formatted(what, leg, segment.ack(), blocks(segment), nowNanos));
  }

  private static String blocks(WatchedSegment segment) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < segment.options().sackBlocks(); i++) {
      text.append(' ').append(segment.sackLeft(i)).append(':').append(segment.sackRight(i));
    }
    return text.toString();
  }
}
