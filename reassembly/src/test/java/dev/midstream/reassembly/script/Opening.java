package dev.midstream.reassembly.script;

import dev.midstream.reassembly.stream.CommitMode;

/** Openings that pass unchanged, as the beginning of scripts. */
public final class Opening {
  /** Without SACK, timestamps and window scaling. */
  public static final String PLAIN = window(65_535);

  /** Both SYNs of {@link #PLAIN}. The second one has not left. */
  public static final String SYNS =
      """
      c> S 0:0(0) win 65535 <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 win 65535 <mss 1460>
      """;

  /** A simultaneous open. */
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
   * {@link #PLAIN} with a log that commits each record after 10 ms. In some modes the SYN-ACK waits
   * for its record.
   */
  public static String recorded(CommitMode mode) {
    return mode.delaysOpening()
        ? SYNS
            + """
            at 0.009s
            at 0.01s
            >c S. 0:0(0) ack 1 win 65535 <mss 1460>
            c> . 1:1(0) ack 1
            >s same
            """
        : PLAIN;
  }

  /**
   * An opening with the given windows and options.
   *
   * @param client window and options of the SYN
   * @param server window and options of the SYN-ACK
   * @param clientAck window and options of the ACK that completes the opening
   */
  public static String of(String client, String server, String clientAck) {
    return """
    c> S 0:0(0) %s
    >s same
    s> S. 0:0(0) ack 1 %s
    >c same
    c> . 1:1(0) ack 1 %s
    >s same
    """
        .formatted(client, server, clientAck);
  }

  /** A plain opening with a server window of {@code octets}. */
  public static String window(int octets) {
    return of("<mss 1460>", "win " + octets + " <mss 1460>", "");
  }

  /** A plain opening with an MSS of {@code bytes} on both sides. */
  public static String segments(int bytes) {
    return of("<mss " + bytes + ">", "<mss " + bytes + ">", "");
  }

  /** A plain opening with timestamps. */
  public static String stamped(int client, int server, int clientAck) {
    return of(
        "<mss 1460,TS " + client + "/0>",
        "<mss 1460,TS " + server + "/" + client + ">",
        "<TS " + clientAck + "/" + server + ">");
  }
}
