package dev.midstream.wire.header;

/** The kind of a frame. */
public enum FrameKind {
  /** A TCP segment over IPv4 or IPv6 whose headers are all present. */
  TCP,
  /** A fragment, first or later, of a datagram that carries TCP or may carry it. */
  FRAGMENT,
  /** Anything other than TCP over IP, or TCP in a tunnel. */
  NOT_OURS,
  /** Apparently TCP over IP, but with invalid lengths or truncated headers. */
  MALFORMED
}
