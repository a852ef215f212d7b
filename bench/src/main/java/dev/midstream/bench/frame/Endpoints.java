package dev.midstream.bench.frame;

/**
 * The two endpoints of a conversation.
 *
 * @param clientAddress the client's 32 bits, which over IPv6 decide its interface identifier
 * @param clientPort the client's port
 * @param serverAddress the server's
 * @param serverPort the server's port
 * @param isIpv6 whether they speak over IPv6
 */
public record Endpoints(
    int clientAddress, int clientPort, int serverAddress, int serverPort, boolean isIpv6) {
  /** The network of all addresses of IPv6. It has no octet of zeros, which a record would pack. */
  static final long NETWORK = 0x2001_0db8_1a2b_3c4dL;

  private static final int CLIENTS = 0x0a00_0001;
  private static final int SERVER = 0x0aff_0001;
  private static final int FIRST_PORT = 40_000;
  private static final int PORTS = 25_000;

  /**
   * The endpoints of conversation {@code index}; each conversation has others. There are 16,000,000
   * of them.
   */
  public static Endpoints of(int index, int serverPort) {
    return new Endpoints(CLIENTS + index, FIRST_PORT + index % PORTS, SERVER, serverPort, false);
  }

  /** The same endpoints, seen from the server. */
  public Endpoints reversed() {
    return new Endpoints(serverAddress, serverPort, clientAddress, clientPort, isIpv6);
  }

  /** The same endpoints over IPv6, with other addresses. */
  public Endpoints overIpv6() {
    return new Endpoints(clientAddress, clientPort, serverAddress, serverPort, true);
  }

  /** The interface identifier of {@code address}: as good as random, as those of hosts are. */
  static long interfaceOf(int address) {
    return (address + 1L) * 0x9e37_79b9_7f4a_7c15L;
  }
}
