package dev.midstream.testkit.sim.link;

/**
 * The faults of a wire in one direction. Rates are fractions of all frames, 0 to 1.
 *
 * @param loss rate of dropped frames
 * @param duplication rate of duplicated frames
 * @param reordering rate of frames that are delayed so that later ones overtake them
 * @param reorderNanos maximum delay of a reordered frame
 * @param corruption rate of frames with a wrong bit after the IPv4 header, so that the checksum is
 *     wrong
 * @param jitterNanos maximum extra delay that keeps the order
 * @param bursts rate of frames that start a burst of losses
 * @param burstFrames frames in a burst
 * @param marking rate of ECN-capable frames that get a congestion mark
 * @param fromNanos time before which the wire has no faults
 * @param untilNanos time from which it has none
 * @param downFromNanos time from which it drops every frame
 * @param downUntilNanos time from which it no longer does; {@link Long#MAX_VALUE} for a wire that
 *     is cut
 */
public record WireFaults(
    double loss,
    double duplication,
    double reordering,
    long reorderNanos,
    double corruption,
    long jitterNanos,
    double bursts,
    int burstFrames,
    double marking,
    long fromNanos,
    long untilNanos,
    long downFromNanos,
    long downUntilNanos) {

  /** A wire without faults. */
  public static final WireFaults NONE =
      new WireFaults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE, 0, 0);

  /** A wire that only drops frames. */
  public static WireFaults losing(double rate) {
    return NONE.withLoss(rate);
  }

  /** Whether it drops every frame for ever, from some time on. */
  public boolean isCut() {
    return downUntilNanos == Long.MAX_VALUE;
  }

  /** Whether random faults happen at {@code nowNanos}. */
  boolean isActiveAt(long nowNanos) {
    return nowNanos >= fromNanos && nowNanos < untilNanos;
  }

  /** Whether every frame is dropped at {@code nowNanos}. */
  boolean isDownAt(long nowNanos) {
    return nowNanos >= downFromNanos && nowNanos < downUntilNanos;
  }

  /** A copy with another rate of losses. */
  public WireFaults withLoss(double rate) {
    return new WireFaults(
        rate,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with another rate of duplicates. */
  public WireFaults withDuplication(double rate) {
    return new WireFaults(
        loss,
        rate,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with another rate and delay of reordered frames. */
  public WireFaults withReordering(double rate, long nanos) {
    return new WireFaults(
        loss,
        duplication,
        rate,
        nanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with another rate of damaged frames. */
  public WireFaults withCorruption(double rate) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        rate,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with another jitter. */
  public WireFaults withJitter(long nanos) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        nanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with other bursts of losses. */
  public WireFaults withBursts(double rate, int frames) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        rate,
        frames,
        marking,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy with another rate of congestion marks. */
  public WireFaults withMarking(double rate) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        rate,
        fromNanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy without random faults before {@code nanos}. */
  public WireFaults withStart(long nanos) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        nanos,
        untilNanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy without random faults from {@code nanos} on. */
  public WireFaults withEnd(long nanos) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        nanos,
        downFromNanos,
        downUntilNanos);
  }

  /** A copy that drops every frame from {@code nanos} on, for ever. */
  public WireFaults withCut(long nanos) {
    return withOutage(nanos, Long.MAX_VALUE);
  }

  /** A copy that drops every frame in this time. */
  public WireFaults withOutage(long from, long until) {
    return new WireFaults(
        loss,
        duplication,
        reordering,
        reorderNanos,
        corruption,
        jitterNanos,
        bursts,
        burstFrames,
        marking,
        fromNanos,
        untilNanos,
        from,
        until);
  }
}
