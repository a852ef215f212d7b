package dev.midstream.wire.header;

/** IP protocol numbers, and properties of protocols without ports. */
public final class IpProtocol {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int FRAGMENT = 44;
  public static final int GRE = 47;
  public static final int ESP = 50;
  public static final int AH = 51;
  public static final int ICMPV6 = 58;
  public static final int L2TP = 115;

  /** IPsec key exchange, without and with NAT traversal (RFC 7296 section 2). */
  public static final int KEY_EXCHANGE_PORT = 500;

  public static final int KEY_EXCHANGE_TRANSLATED_PORT = 4_500;

  /** RFC 2661 section 8.1: the reply may come from another port. */
  public static final int L2TP_PORT = 1_701;

  private IpProtocol() {}

  /**
   * Whether the protocol's identifiers differ by direction, so that only the addresses identify a
   * flow.
   */
  public static boolean isTunnel(int protocol) {
    return protocol == GRE || protocol == ESP || protocol == AH || protocol == L2TP;
  }

  /** Whether the same holds for UDP from or to this port. */
  public static boolean isTunnelPort(int port) {
    return port == KEY_EXCHANGE_PORT || port == KEY_EXCHANGE_TRANSLATED_PORT || port == L2TP_PORT;
  }

  /** Whether an ICMP message of that IP version is an echo request or reply. */
  public static boolean isEcho(int version, int type) {
    return version == 4 ? type == 0 || type == 8 : type == 128 || type == 129;
  }

  /** Whether an ICMP message of that IP version quotes a packet (RFC 792, RFC 4443 2.1). */
  public static boolean isError(int version, int type) {
    return version == 4
        ? (type >= 3 && type <= 5) || type == 11 || type == 12
        : type >= 1 && type <= 4;
  }
}
