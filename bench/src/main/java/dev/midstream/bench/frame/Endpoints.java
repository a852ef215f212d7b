package dev.midstream.bench.frame;

/**
 * The two endpoints of a conversation over IPv4.
 *
 * @param clientAddress the client's 32 bits
 * @param clientPort the client's port
 * @param serverAddress the server's 32 bits
 * @param serverPort the server's port
 */
public record Endpoints(int clientAddress, int clientPort, int serverAddress, int serverPort) {
  private static final int CLIENTS = 0x0a00_0001;
  private static final int SERVER = 0x0aff_0001;
  private static final int FIRST_PORT = 40_000;
  private static final int PORTS = 25_000;

  /**
   * The endpoints of conversation {@code index}; each conversation has others. There are 16,000,000
   * of them.
   */
  public static Endpoints of(int index, int serverPort) {
    return new Endpoints(CLIENTS + index, FIRST_PORT + index % PORTS, SERVER, serverPort);
  }

  /** The same endpoints, seen from the server. */
  public Endpoints reversed() {
    return new Endpoints(serverAddress, serverPort, clientAddress, clientPort);
  }
}
