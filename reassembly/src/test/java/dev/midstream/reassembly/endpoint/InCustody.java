package dev.midstream.reassembly.endpoint;

/** Scripts that take octets into custody. */
final class InCustody {
  /** Four octets are in custody and undecided. */
  static final String HELD =
      """
      c> . 1:5(4) ack 1 "QUIT"
      at 0.100s
      >c . 1:1(0) ack 5
      """;

  /** Four octets in custody have left, with two octets that the sender still owns. */
  static final String OWNED =
      HELD
          + """
          c> . 5:7(2) ack 1 "\\r\\n"
          >s . 1:7(6) ack 1 "QUIT\\r\\n"
          """;

  private InCustody() {}
}
