package dev.midstream.wire.fastpath;

/** What the kernel does with a frame, and why; in the order of the reasons of fastpath.c. */
public enum RecallReason {
  /** Forwarded by the kernel. */
  NONE,
  /** A SYN, FIN, RST or URG, or no ACK. */
  CONTROL_BITS,
  /** Payload or a SACK block that begins before the entry was made. */
  BEFORE_START,
  /** Payload that ends beyond the edge of the entry. */
  BEYOND_EDGE,
  /** Headers that do not read plainly. */
  HEADERS,
  /** The connection was recalled by an earlier segment. */
  RECALLED,
  /** There is no entry of the connection. */
  UNKNOWN;

  static RecallReason of(int number) {
    return values()[number];
  }
}
