package dev.midstream.reassembly.flow;

/** State of a connection; each state has its own timeout. */
public enum ConnectionState {
  /** A SYN was seen; the handshake is not complete. */
  OPENING,
  /** The handshake is complete, or the connection was joined mid-stream. */
  ESTABLISHED,
  /** Both ends sent FIN, or one sent RST. */
  CLOSING,
  /** Reset inline: nothing is stored, and every further segment is answered with a reset. */
  TOMBSTONE
}
