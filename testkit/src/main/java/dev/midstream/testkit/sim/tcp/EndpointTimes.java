package dev.midstream.testkit.sim.tcp;

/**
 * The timer values of an endpoint.
 *
 * @param initialRtoNanos initial RTO
 * @param minRtoNanos minimum RTO
 * @param maxRtoNanos maximum RTO, also between probes
 * @param delayedAckNanos delay of an acknowledgement
 * @param keepAliveNanos idle time before a keep-alive, and at most the time between two
 * @param timeWaitNanos duration of TIME-WAIT
 */
public record EndpointTimes(
    long initialRtoNanos,
    long minRtoNanos,
    long maxRtoNanos,
    long delayedAckNanos,
    long keepAliveNanos,
    long timeWaitNanos) {
  private static final long MILLI = 1_000_000L;

  /** The values of Linux: 1 s, 200 ms, 120 s, 40 ms, two hours, 60 s. */
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

  public EndpointTimes withTimeWait(long nanos) {
    return new EndpointTimes(
        initialRtoNanos, minRtoNanos, maxRtoNanos, delayedAckNanos, keepAliveNanos, nanos);
  }
}
