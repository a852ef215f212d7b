package dev.midstream.testkit.sim.link;

/**
 * How unreliable a wire is in one direction. Rates are shares of all frames, 0 to 1.
 *
 * @param loss frames that vanish
 * @param duplication frames that arrive twice
 * @param reordering frames that are held back while later ones overtake them
 * @param reorderNanos how long a frame is held back at most
 * @param corruption frames with a wrong bit behind the IPv4 header, so that the checksum is wrong
 * @param jitterNanos how much longer than the delay a frame takes at most, without overtaking
 * @param bursts frames that begin a burst of losses
 * @param burstFrames how many frames a burst takes
 * @param untilNanos when the wire gets well
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

  /** A wire that delivers every frame once, whole and in order. */
  public static final WireFaults NONE = new WireFaults(0, 0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE);

  /** A wire that only loses frames. */
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

  /** The same with a time from which on every frame arrives once, whole and in order. */
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
