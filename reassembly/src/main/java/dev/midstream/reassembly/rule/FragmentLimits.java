package dev.midstream.reassembly.rule;

/**
 * What is kept of IP datagrams that come in fragments. Beyond a bound the group of fragments that
 * waits longest gives way, and its packets are dropped ({@code fragment-limit}).
 *
 * @param bytes octets of fragments kept, headers and bookkeeping included
 * @param groups datagrams that fragments are known of
 * @param perGroup fragments of one datagram; a datagram in more is dropped
 * @param nanos how long a datagram may take to become whole; beyond it its fragments are dropped
 *     ({@code fragment-timeout}). RFC 1122 section 3.3.2 and RFC 8200 section 4.5 allow 60 s at
 *     most
 */
public record FragmentLimits(long bytes, int groups, int perGroup, long nanos) {

  /** The defaults: 4 MiB, 4,096 datagrams of up to 1,024 fragments, 30 s. */
  public static final FragmentLimits DEFAULTS =
      new FragmentLimits(4_194_304, 4_096, 1_024, 30_000_000_000L);

  /** What each of several gets who share all that is bounded in total; never nothing. */
  FragmentLimits share(int parts) {
    return new FragmentLimits(
        Math.max(1, bytes / parts), Math.max(1, groups / parts), perGroup, nanos);
  }
}
