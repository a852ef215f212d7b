package dev.midstream.wire.capture;

/** What a writer does with the headers of the file it copies. */
public enum HeaderPolicy {
  /** They stay as they are: a copy of every packet is a copy of the file. */
  VERBATIM,
  /**
   * Snap lengths below 262,144 are raised to it, and a pcapng section no longer states its length:
   * packets may grow and come and go.
   */
  ROOM_FOR_EDITS
}
