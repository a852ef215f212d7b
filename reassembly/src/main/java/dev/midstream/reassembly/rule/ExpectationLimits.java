package dev.midstream.reassembly.rule;

/**
 * Limits of what agents expect. All engines of a program hold the same expectations.
 *
 * @param total expectations of all connections; beyond it the client that has most loses its oldest
 *     one ({@code expectation-limit})
 * @param perConnection expectations of one connection; beyond it the oldest one is forgotten
 *     ({@code expectation-limit})
 * @param nanos how long a connection is expected ({@code expectation-unmet})
 */
public record ExpectationLimits(int total, int perConnection, long nanos) {

  /** The defaults: 1,024, 4 of a connection, 60 s. */
  public static final ExpectationLimits DEFAULTS = new ExpectationLimits(1_024, 4, 60_000_000_000L);
}
