package dev.midstream.reassembly.status;

/**
 * A scan of connections, in short steps with packets in between. It runs on the worker's thread;
 * its {@link #result} may go to any thread.
 */
public interface StatusQuery {
  /** Visits or copies some connections; returns false after the last step. */
  boolean step(long nowNanos);

  /** The result; valid after the last step. */
  EngineStatus result();
}
