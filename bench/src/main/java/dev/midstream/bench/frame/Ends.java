package dev.midstream.bench.frame;

/**
 * The two ends of a conversation over IPv4.
 *
 * @param clientAddress the client's 32 bits
 * @param clientPort the client's port
 * @param serverAddress the server's 32 bits
 * @param serverPort the server's port
 */
public record Ends(int clientAddress, int clientPort, int serverAddress, int serverPort) {
  private static final int CLIENTS = 0x0a00_0001;
  private static final int SERVER = 0x0a01_0001;
  private static final int FIRST_PORT = 40_000;

  /** The ends of conversation {@code index}, which no other conversation has. */
  public static Ends of(int index, int serverPort) {
    return new Ends(CLIENTS + index, FIRST_PORT + index, SERVER, serverPort);
  }

  /** The same, seen from the server. */
  public Ends reversed() {
    return new Ends(serverAddress, serverPort, clientAddress, clientPort);
  }
}
