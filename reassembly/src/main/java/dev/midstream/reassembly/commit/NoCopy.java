package dev.midstream.reassembly.commit;

/** What happens to connections that an agent decides while no other engine keeps their records. */
public enum NoCopy {
  /** They go on without records, as in an engine alone: nothing waits, custody included. */
  CONTINUE,
  /** What an agent decides waits, in every mode, until another engine keeps records again. */
  HOLD
}
