package dev.midstream.wire.capture;

/** How a writer treats the headers of the file it copies. */
public enum HeaderPolicy {
  /** Headers are copied unchanged: a copy of every packet is a copy of the file. */
  VERBATIM,
  /**
   * Snap lengths below 262,144 are raised to that value, and pcapng sections no longer state their
   * length, so that packets can grow, be inserted and be removed. Custom blocks that must not be
   * copied to an edited file are left out.
   */
  ROOM_FOR_EDITS
}
