package dev.midstream.wire.packet;

/** What the port does with a packet after the box saw it. */
public enum Disposition {
  /**
   * Send it from where it lies. The box may have rewritten header fields in place; its length is
   * what it was.
   */
  FORWARD,
  /** Do nothing: whatever came of it went to the output. */
  TAKEN
}
