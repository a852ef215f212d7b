package dev.midstream.reassembly.commit;

/** What becomes of the records that are appended to a {@link CommitLog}. */
public enum LogState {
  /** Other engines keep the records: each one is committed after a time. */
  COMMITTING,
  /** No other engine keeps records. {@link NoCopy} says whether connections go on without. */
  ALONE,
  /**
   * The records are refused: another engine has taken over the connections. This one forgets them,
   * and drops their packets, so that no two engines send on one connection.
   */
  REFUSED
}
