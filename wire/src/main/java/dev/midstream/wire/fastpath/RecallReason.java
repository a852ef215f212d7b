package dev.midstream.wire.fastpath;

/** Why a packet is not forwarded without its engine; in the order of the reasons of fastpath.h. */
public enum RecallReason {
  /** It is forwarded. */
  NONE,
  /** A SYN, FIN, RST or URG, or no ACK. */
  CONTROL_BITS,
  /** Payload, an acknowledgement or a SACK block before the entry was made. */
  BEFORE_START,
  /** Payload that ends beyond the edge of the entry. */
  BEYOND_EDGE,
  /** Headers that do not read plainly. */
  HEADERS,
  /** The connection was recalled by an earlier segment. */
  RECALLED,
  /** There is no entry of the connection. */
  UNKNOWN,
  /** It came by the interface that its entry leaves by: it was sent by a box and came back. */
  WRONG_SIDE;

  static RecallReason of(int number) {
    return values()[number];
  }

  /** The number in fastpath.h, from 0. */
  @SuppressWarnings("EnumOrdinal") // the order is that of fastpath.h
  public int number() {
    return ordinal();
  }
}
