package dev.midstream.reassembly.flow;

/** Keeps the expectations of an engine's connections where other engines find them. */
public interface ExpectationLog {
  /** For an engine alone. */
  ExpectationLog NONE =
      new ExpectationLog() {
        @Override
        public void add(ExpectedConnection expected, int opened, long restNanos) {
          // no other engine
        }

        @Override
        public void remove(ExpectedConnection expected) {
          // no other engine
        }

        @Override
        public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {
          // no other engine
        }

        @Override
        public void clear() {
          // nothing is kept
        }
      };

  /**
   * Adds an expectation; it takes the place of one with the same parent, opener and end.
   *
   * @param opened the connections that fulfilled it
   * @param restNanos how long it stays
   */
  void add(ExpectedConnection expected, int opened, long restNanos);

  /** Removes an expectation. */
  void remove(ExpectedConnection expected);

  /**
   * Keeps back what {@code parent} decided together with the expectation that was added last, and
   * later, until that is kept elsewhere: it may reveal the connection to its opener.
   *
   * @param toServerFrom where that begins towards the server, in new space
   * @param toClientFrom the same towards the client
   */
  void holdBack(Connection parent, long toServerFrom, long toClientFrom);

  /** Whether records of connections are written, if other engines can keep them. */
  default boolean isKept() {
    return false;
  }

  /** Whether a record with the opening of {@code connection} is committed. */
  default boolean isCommitted(Connection connection) {
    return false;
  }

  /** Forgets what waits: the connections go on elsewhere, or are no more. */
  void clear();
}
