package dev.midstream.reassembly.script;

/** Openings of a connection that leave as they came, for scripts that begin behind one. */
public final class Opening {
  /** Without selective acknowledgements, time stamps and scaled windows. */
  public static final String PLAIN = window(65_535);

  /** Both ends open at once. */
  public static final String SIMULTANEOUS =
      """
      c> S 0:0(0) <mss 1460>
      >s same
      s> S 0:0(0) <mss 1460>
      >c same
      c> S. 0:0(0) ack 1 <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      """;

  private Opening() {}

  /**
   * An opening of which a test chooses what its three segments carry behind their acknowledgement.
   *
   * @param client window and options of the client's SYN
   * @param server the same of the server's SYN
   * @param clientAgain the same of the acknowledgement that ends the opening
   */
  public static String of(String client, String server, String clientAgain) {
    return """
    c> S 0:0(0) %s
    >s same
    s> S. 0:0(0) ack 1 %s
    >c same
    c> . 1:1(0) ack 1 %s
    >s same
    """
        .formatted(client, server, clientAgain);
  }

  /** A plain opening after which the server takes {@code octets}. */
  public static String window(int octets) {
    return of("<mss 1460>", "win " + octets + " <mss 1460>", "");
  }

  /** A plain opening between ends that take segments of {@code bytes}. */
  public static String segments(int bytes) {
    return of("<mss " + bytes + ">", "<mss " + bytes + ">", "");
  }

  /** A plain opening with time stamps. */
  public static String stamped(int client, int server, int clientAgain) {
    return of(
        "<mss 1460,TS " + client + "/0>",
        "<mss 1460,TS " + server + "/" + client + ">",
        "<TS " + clientAgain + "/" + server + ">");
  }
}
