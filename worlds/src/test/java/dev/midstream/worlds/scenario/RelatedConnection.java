package dev.midstream.worlds.scenario;

import dev.midstream.agent.Expectation;
import dev.midstream.testkit.notation.Ends;

/**
 * A connection that may be expected.
 *
 * @param client its client's number
 * @param ends its ends
 * @param opened its opener and where it connects to
 * @param nanos when it is opened
 * @param agent the agent that may decide it
 * @param isOfRule whether its rule matches it if it is not expected
 */
record RelatedConnection(
    int client, Ends ends, Expectation opened, long nanos, RelatedAgent agent, boolean isOfRule) {
  /** So long after its opening its first packets are on their way. */
  private static final long OPENING_NANOS = 2_000_000_000L;

  /** The port from which it is opened. */
  int port() {
    return ends.portOfSender(opened.opener());
  }

  /** Whether its first packets may be on their way. */
  boolean isOpening(long nowNanos) {
    return nanos <= nowNanos && nowNanos < nanos + OPENING_NANOS;
  }
}
