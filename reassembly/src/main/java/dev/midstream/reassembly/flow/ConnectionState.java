package dev.midstream.reassembly.flow;

/** How far a connection has come; each state has a timeout of its own. */
public enum ConnectionState {
  /** A SYN was seen, the handshake is not complete. */
  OPENING,
  /** Data may flow. */
  ESTABLISHED,
  /** Both ends have finished, or one has reset. */
  CLOSING,
  /** Reset inline: nothing is kept of it, and what still comes is answered with a reset. */
  TOMBSTONE
}
