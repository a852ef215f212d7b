package dev.midstream.reassembly.rule;

/**
 * Choices that the protocol leaves open.
 *
 * @param outOfOrder for a segment after a gap
 * @param midStream for a connection whose SYN was not seen, if an enforcing rule with an agent
 *     matches it
 * @param onNotMine for a connection that its agent leaves as another protocol
 * @param onAgentFailure for a connection whose agent throws or returns an illegal decision
 * @param onHoldLimit for a connection whose agent holds more than the limit
 * @param urgent for the urgent flag on edited connections
 * @param multipath for a connection that offers Multipath TCP (RFC 8684)
 */
public record Policies(
    OutOfOrder outOfOrder,
    MidStream midStream,
    OnFailure onNotMine,
    OnFailure onAgentFailure,
    OnFailure onHoldLimit,
    Urgent urgent,
    Multipath multipath) {

  /** The documented defaults for a box inline. */
  public static final Policies DEFAULTS =
      new Policies(
          OutOfOrder.DELAY_JOINED,
          MidStream.RESET,
          OnFailure.PASS,
          OnFailure.PASS,
          OnFailure.RESET,
          Urgent.CLEAR,
          Multipath.STRIP);

  /** These policies with another choice for connections whose SYN was not seen. */
  public Policies withMidStream(MidStream midStream) {
    return new Policies(
        outOfOrder, midStream, onNotMine, onAgentFailure, onHoldLimit, urgent, multipath);
  }

  /** What is done with a segment after a gap (Figs 6A, 6B, 6C of the source). */
  public enum OutOfOrder {
    /** It is dropped; the sender retransmits it. */
    DISCARD,
    /** It is kept and delivered together with the octets that fill the gap. */
    DELAY_JOINED,
    /** It is kept and delivered alone, after the octets that fill the gap are released. */
    DELAY_SINGLE
  }

  /** What is done with a connection whose opening was not seen. */
  public enum MidStream {
    /** The agent starts at the next octet of each direction; only edits of equal length apply. */
    PICK_UP,
    /** The connection passes unedited. */
    PASS,
    /** Packets are dropped without an answer. */
    DROP,
    /** Packets are dropped and answered with a reset. */
    RESET
  }

  /** What is done with a connection that cannot be edited any further. */
  public enum OnFailure {
    /** The connection continues unedited. */
    PASS,
    /** The connection is reset at both ends. */
    RESET
  }

  /** What is done with the urgent flag (RFC 9293 section 3.8.5) on edited connections. */
  public enum Urgent {
    /** The flag is cleared. */
    CLEAR,
    /** The flag is kept, and the pointer stays after the same octet. */
    PASS,
    /** The connection is reset. */
    RESET
  }

  /** What is done with an offer of Multipath TCP. */
  public enum Multipath {
    /** The connection is never edited. */
    LEAVE,
    /** The option is removed from the SYN, so that plain TCP is negotiated. */
    STRIP
  }
}
