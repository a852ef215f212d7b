package dev.midstream.reassembly.rule;

/**
 * What is done where the protocol leaves a choice.
 *
 * @param outOfOrder what becomes of a segment behind a gap
 * @param midStream what becomes of a connection whose SYN was not seen, if an enforcing agent rule
 *     matches it
 * @param onAgentFailure what becomes of a connection whose agent throws or answers nonsense
 * @param onHoldLimit what becomes of a connection whose agent wants to hold more than it may
 * @param urgent what becomes of the urgent flag on edited connections
 * @param multipath what becomes of a connection that asks for Multipath TCP (RFC 8684)
 */
public record Policies(
    OutOfOrder outOfOrder,
    MidStream midStream,
    OnFailure onAgentFailure,
    OnFailure onHoldLimit,
    Urgent urgent,
    Multipath multipath) {

  /** The contract's defaults for a box inline. */
  public static final Policies DEFAULTS =
      new Policies(
          OutOfOrder.DELAY_JOINED,
          MidStream.RESET,
          OnFailure.PASS,
          OnFailure.RESET,
          Urgent.CLEAR,
          Multipath.STRIP);

  /** The same with another choice for connections whose SYN was not seen. */
  public Policies withMidStream(MidStream midStream) {
    return new Policies(outOfOrder, midStream, onAgentFailure, onHoldLimit, urgent, multipath);
  }

  /** A segment behind a gap (Figs 6A, 6B, 6C of the source). */
  public enum OutOfOrder {
    /** Thrown away; the sender repeats it. */
    DISCARD,
    /** Kept and shown together with what fills the gap. */
    DELAY_JOINED,
    /** Kept and shown by itself after what fills the gap was released. */
    DELAY_SINGLE
  }

  /** A connection whose opening was not seen. */
  public enum MidStream {
    /** The agent starts at the next octet of each direction; only edits of equal length apply. */
    PICK_UP,
    /** Passes unedited. */
    PASS,
    /** Its packets vanish. */
    DROP,
    /** Its packets are answered with a reset. */
    RESET
  }

  /** A connection that cannot be edited any further. */
  public enum OnFailure {
    /** Goes on unedited. */
    PASS,
    /** Is reset at both ends. */
    RESET
  }

  /** The urgent flag and pointer (RFC 9293 section 3.8.5) on edited connections. */
  public enum Urgent {
    /** Taken off. */
    CLEAR,
    /** Kept, pointing behind the same octet. */
    PASS,
    /** The connection is reset. */
    RESET
  }

  /** Multipath TCP. */
  public enum Multipath {
    /** The connection is never edited. */
    LEAVE,
    /** The option is taken off the SYN, and the connection is an ordinary one. */
    STRIP
  }
}
