package dev.midstream.testkit.sim.tcp;

/**
 * The times of an endpoint.
 *
 * @param initialRtoNanos the first retransmission timeout
 * @param minRtoNanos the shortest
 * @param maxRtoNanos the longest, also between probes
 * @param delayedAckNanos how long an acknowledgement waits
 * @param keepAliveNanos idle time before, and time between, keep-alives
 * @param timeWaitNanos how long TIME-WAIT lasts
 */
public record EndpointTimes(
    long initialRtoNanos,
    long minRtoNanos,
    long maxRtoNanos,
    long delayedAckNanos,
    long keepAliveNanos,
    long timeWaitNanos) {
  private static final long MILLI = 1_000_000L;

  /** What Linux uses: 1 s, 200 ms, 120 s, 40 ms, two hours, 60 s. */
  public static final EndpointTimes LINUX =
      new EndpointTimes(
          1_000 * MILLI,
          200 * MILLI,
          120_000 * MILLI,
          40 * MILLI,
          7_200_000 * MILLI,
          60_000 * MILLI);

  public EndpointTimes withKeepAlive(long nanos) {
    return new EndpointTimes(
        initialRtoNanos, minRtoNanos, maxRtoNanos, delayedAckNanos, nanos, timeWaitNanos);
  }
}
