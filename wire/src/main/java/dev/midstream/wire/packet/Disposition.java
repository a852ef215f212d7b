package dev.midstream.wire.packet;

/** What the port does with a packet after the box has processed it. */
public enum Disposition {
  /**
   * Forward the packet in place. The box may have rewritten header fields, but not changed the
   * length.
   */
  FORWARD,
  /** Do not forward the packet: the box has emitted whatever replaces it. */
  TAKEN
}
