package dev.midstream.reassembly.rule;

/**
 * How long a silent connection is kept in each state.
 *
 * @param openingNanos before the handshake is complete; short because of SYN floods
 * @param establishedNanos after the handshake
 * @param closingNanos after both ends sent FIN, or one sent RST
 * @param parkNanos silence after which a connection at rest is kept as octets, positive; the
 *     largest number for never
 */
public record Timeouts(
    long openingNanos, long establishedNanos, long closingNanos, long parkNanos) {

  /** The documented defaults: 20 s, 2 h 4 min (RFC 5382), 30 s, 2 s. */
  public static final Timeouts DEFAULTS =
      new Timeouts(20_000_000_000L, 7_440_000_000_000L, 30_000_000_000L, 2_000_000_000L);

  /** The same, but connections are parked after {@code nanos} of silence. */
  public Timeouts withPark(long nanos) {
    return new Timeouts(openingNanos, establishedNanos, closingNanos, nanos);
  }
}
