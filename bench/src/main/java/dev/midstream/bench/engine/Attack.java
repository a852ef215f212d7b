package dev.midstream.bench.engine;

/** What hostile ends prepare, and an ordinary packet of the same kind beside it. */
public enum Attack {
  /** A full segment after a gap comes again. Ordinary: it came once. */
  REPEATED_SEGMENT(false),
  /** The same, but its octets came one by one before. */
  ONE_BY_ONE(false),
  /** The same, but every second octet came before, one by one, and once the segment. */
  EVERY_SECOND(false),
  /** The server repeats an acknowledgement. Ordinary: a segment is in flight. */
  REPEATED_ACK(true),
  /** The same, with as many ranges vouched and reported as the engine notes. */
  VOUCHED_AND_REPORTED(true);

  private final boolean acknowledges;

  Attack(boolean acknowledges) {
    this.acknowledges = acknowledges;
  }

  /** Whether the measured packet is an acknowledgement of the server, not a segment. */
  boolean isAcknowledgement() {
    return acknowledges;
  }
}
