package dev.midstream.wire.header;

/** What a frame was found to be. */
public enum FrameKind {
  /** A whole TCP segment over IPv4 or IPv6, all of whose headers are there. */
  TCP,
  /** A fragment of a datagram, the first or a later one, that carries TCP or may do so. */
  FRAGMENT,
  /** Something else than TCP over IP, or TCP in a tunnel. */
  NOT_OURS,
  /** TCP over IP, as far as can be told, whose lengths lie or whose headers are cut off. */
  MALFORMED
}
