package dev.midstream.wire.packet;

/** The header in front of the IP header. */
public enum LinkType {
  /** Ethernet II, with 802.1Q and 802.1ad tags. */
  ETHERNET,
  /** None: the packet starts with the IP header, whose version field tells the version. */
  RAW_IP,
  /** Linux cooked capture, 16 octets. */
  LINUX_COOKED,
  /** Linux cooked capture version 2, 20 octets. */
  LINUX_COOKED_2,
  /** BSD loopback: a 4-octet address family in the byte order of the capturing host. */
  NULL_LOOPBACK,
  /** OpenBSD loopback: a 4-octet address family in network byte order. */
  LOOPBACK,
  /** Any other; such packets pass unchanged. */
  OTHER
}
