package dev.midstream.reassembly.rule;

/**
 * The limits of fragment reassembly. Beyond a limit the oldest incomplete datagram is evicted, and
 * its packets are dropped ({@code fragment-limit}).
 *
 * @param bytes octets of kept fragments, headers and bookkeeping included
 * @param groups datagrams with recorded fragments
 * @param perGroup fragments of one datagram; a datagram with more is dropped
 * @param nanos time to complete a datagram; after it the fragments are dropped ({@code
 *     fragment-timeout}). RFC 1122 section 3.3.2 and RFC 8200 section 4.5 allow at most 60 s
 */
public record FragmentLimits(long bytes, int groups, int perGroup, long nanos) {

  /** The defaults: 4 MiB, 4,096 datagrams of up to 1,024 fragments, 30 s. */
  public static final FragmentLimits DEFAULTS =
      new FragmentLimits(4_194_304, 4_096, 1_024, 30_000_000_000L);

  /** The limits of one of {@code parts} engines that share the totals; at least 1 each. */
  FragmentLimits share(int parts) {
    return new FragmentLimits(
        Math.max(1, bytes / parts), Math.max(1, groups / parts), perGroup, nanos);
  }
}
