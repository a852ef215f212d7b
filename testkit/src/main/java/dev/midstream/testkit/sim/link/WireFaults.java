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
 * @param untilNanos time after which the wire has no faults
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
    long untilNanos) {

  /** A wire without faults. */
  public static final WireFaults NONE = new WireFaults(0, 0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE);

  /** A wire that only drops frames. */
  public static WireFaults losing(double rate) {
    return NONE.withLoss(rate);
  }

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
        untilNanos);
  }

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
        untilNanos);
  }

  public WireFaults withReordering(double rate, long nanos) {
    return new WireFaults(
        loss, duplication, rate, nanos, corruption, jitterNanos, bursts, burstFrames, untilNanos);
  }

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
        untilNanos);
  }

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
        untilNanos);
  }

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
        untilNanos);
  }

  /** A copy without faults from {@code nanos} on. */
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
        nanos);
  }
}
