package dev.midstream.reassembly.status;

/**
 * A scan of connections, in short steps with packets in between. It runs on the worker's thread;
 * its {@link #result} may go to any thread.
 */
public interface StatusQuery {
  /** The scan of no engine. */
  StatusQuery NONE =
      new StatusQuery() {
        @Override
        public boolean step(long nowNanos) {
          return false;
        }

        @Override
        public EngineStatus result() {
          return EngineStatus.EMPTY;
        }
      };

  /** Visits or copies some connections; returns false after the last step. */
  boolean step(long nowNanos);

  /** The result; valid after the last step. */
  EngineStatus result();
}
