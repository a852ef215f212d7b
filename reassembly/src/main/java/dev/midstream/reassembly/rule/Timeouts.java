package dev.midstream.reassembly.rule;

/**
 * How long a silent connection is kept in each of its states.
 *
 * @param openingNanos before the handshake is complete; short, against SYN floods
 * @param establishedNanos open and silent
 * @param closingNanos both ends have finished, or one has reset
 */
public record Timeouts(long openingNanos, long establishedNanos, long closingNanos) {

  /** The contract's defaults: 20 s, 2 h 4 min (RFC 5382), 30 s. */
  public static final Timeouts DEFAULTS =
      new Timeouts(20_000_000_000L, 7_440_000_000_000L, 30_000_000_000L);
}
