package dev.midstream.testkit.sim.tcp;

/** The states of a connection (RFC 9293 section 3.3.2). */
public enum TcpState {
  CLOSED,
  LISTEN,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT;

  /** Whether the state is synchronized, that is both SYNs are acknowledged, and not closed. */
  boolean isSynchronized() {
    return switch (this) {
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> false;
      default -> true;
    };
  }

  /** Whether the peer may still send data. */
  boolean acceptsData() {
    return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
  }
}
