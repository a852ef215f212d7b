package dev.midstream.testkit.sim.link;

/**
 * The capacity of a wire in one direction.
 *
 * @param delayNanos propagation delay of a frame
 * @param bytesPerSecond rate of the wire; 0 for no limit
 * @param queueBytes octets that may wait for the wire; further frames are dropped
 */
public record WireLimits(long delayNanos, long bytesPerSecond, int queueBytes) {

  /** A wire with a delay and no other limit. */
  public static WireLimits ofDelay(long delayNanos) {
    return new WireLimits(delayNanos, 0, 0);
  }
}
