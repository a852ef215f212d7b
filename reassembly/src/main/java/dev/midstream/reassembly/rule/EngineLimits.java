package dev.midstream.reassembly.rule;

/**
 * Every bound of the engine.
 *
 * @param delayedBytes octets of one connection kept behind gaps; beyond it a segment is discarded
 *     ({@code delay-limit})
 * @param totalBytes octets kept for all connections; beyond it what is out of order is discarded,
 *     and inline what is in order while more than a segment of its stream is kept ({@code
 *     total-limit}); up to half of it is set aside, two segments for each stream
 * @param holdBytes octets of one direction an agent may leave undecided; beyond it the hold policy
 *     applies ({@code hold-limit})
 * @param holdNanos silence after which held octets are shown once more with {@code flush} ({@code
 *     hold-time})
 * @param waitingBytes released octets that may wait for the receiver's window; beyond it no agent
 *     is called ({@code window-full})
 * @param commands modification commands of one direction; beyond it no agent is called ({@code
 *     command-limit})
 * @param ttlSlack how much lower than normal a TTL may be before the segment needs a second arrival
 * @param connections connections known at once; beyond it the oldest gives way that is not
 *     established or was heard from one side only, or new ones pass unedited ({@code
 *     connection-limit})
 * @param fragments what is kept of IP datagrams that come in fragments
 */
public record EngineLimits(
    int delayedBytes,
    long totalBytes,
    int holdBytes,
    long holdNanos,
    int waitingBytes,
    int commands,
    int ttlSlack,
    int connections,
    FragmentLimits fragments) {

  /** The contract's defaults. */
  public static final EngineLimits DEFAULTS =
      new EngineLimits(
          4_194_304, 268_435_456L, 65_536, 1_000_000_000L, 262_144, 65_536, 5, 1_048_576);

  /** The same bounds with the default ones for fragments. */
  public EngineLimits(
      int delayedBytes,
      long totalBytes,
      int holdBytes,
      long holdNanos,
      int waitingBytes,
      int commands,
      int ttlSlack,
      int connections) {
    this(
        delayedBytes,
        totalBytes,
        holdBytes,
        holdNanos,
        waitingBytes,
        commands,
        ttlSlack,
        connections,
        FragmentLimits.DEFAULTS);
  }

  /** What each of several gets who share all that is bounded in total; never nothing. */
  public EngineLimits share(int parts) {
    return new EngineLimits(
        delayedBytes,
        Math.max(1, totalBytes / parts),
        holdBytes,
        holdNanos,
        waitingBytes,
        commands,
        ttlSlack,
        Math.max(1, connections / parts),
        fragments.share(parts));
  }

  /** The same with other bounds for fragments. */
  public EngineLimits withFragments(FragmentLimits fragments) {
    return new EngineLimits(
        delayedBytes,
        totalBytes,
        holdBytes,
        holdNanos,
        waitingBytes,
        commands,
        ttlSlack,
        connections,
        fragments);
  }
}
