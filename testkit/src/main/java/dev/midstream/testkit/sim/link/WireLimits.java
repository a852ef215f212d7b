package dev.midstream.testkit.sim.link;

/**
 * What a wire can carry in one direction.
 *
 * @param delayNanos how long a frame travels
 * @param bytesPerSecond how fast frames enter the wire; 0 without bound
 * @param queueBytes how many octets may wait to enter; a frame beyond is lost
 */
public record WireLimits(long delayNanos, long bytesPerSecond, int queueBytes) {

  /** A wire without bound but for its delay. */
  public static WireLimits ofDelay(long delayNanos) {
    return new WireLimits(delayNanos, 0, 0);
  }
}
