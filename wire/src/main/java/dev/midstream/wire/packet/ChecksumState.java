package dev.midstream.wire.packet;

/** The content of a packet's TCP checksum field. */
public enum ChecksumState {
  /** The complete checksum (RFC 9293 section 3.1), right or wrong. */
  COMPLETE,
  /** Only the sum of the pseudo header; the rest was left to the sender's hardware. */
  PARTIAL
}
