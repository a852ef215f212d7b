package dev.midstream.reassembly.flow;

/** What becomes of a connection while this process is silent. */
public enum Guarded {
  /** It passes as it is: nothing of it was edited. */
  NOT,
  /** It does not pass. */
  HELD,
  /** It passes with a constant shift, which may be 0. */
  SHIFTED,
  /** It passes as it is, although it was edited: there was no room. */
  MISSING
}
