package dev.midstream.wire.packet;

/** What the TCP checksum field of a packet holds. */
public enum ChecksumState {
  /** The whole checksum (RFC 9293 section 3.1), right or wrong. */
  COMPLETE,
  /** Only the sum of the pseudo header; the sender's hardware was to add the rest. */
  PARTIAL
}
