package dev.midstream.reassembly.stream;

/**
 * The engine towards the receiver of one direction, as a sender (the SND variables of RFC 9293
 * section 3.3.1): what has left, what the receiver acknowledged and takes, and when the engine
 * retransmits what it owns. Derived state: it is as at an opening until the receiver is heard
 * again.
 */
public final class ReceiverSide {
  private static final int DEFAULT_MSS_BYTES = 536;

  private final SendWindow sendWindow = new SendWindow();
  private final Scoreboard scoreboard = new Scoreboard();
  private final RttEstimator rtt = new RttEstimator();
  private final RetransmitState retransmit = new RetransmitState();
  private final Pacer pacer = new Pacer();
  private int mssBytes = DEFAULT_MSS_BYTES;
  private long releasedEnd;
  private long repliedEnd;

  ReceiverSide() {}

  /** What the receiver has acknowledged, and the window it offers. */
  public SendWindow sendWindow() {
    return sendWindow;
  }

  /** What the receiver reported by SACK, and what the engine retransmitted. */
  public Scoreboard scoreboard() {
    return scoreboard;
  }

  /** The round trip from the engine to the receiver and back. */
  public RttEstimator rtt() {
    return rtt;
  }

  /** When the engine retransmits what it owns. */
  public RetransmitState retransmit() {
    return retransmit;
  }

  /** How far octets that waited beyond a gap may leave. */
  public Pacer pacer() {
    return pacer;
  }

  /** Sets the largest segment that the receiver takes, its options included (RFC 6691). */
  public void mssBytes(int bytes) {
    mssBytes = bytes;
  }

  /** The largest segment that the receiver takes, its options included. */
  public int mssBytes() {
    return mssBytes;
  }

  /** rel: the end of the octets that have left, in new space. */
  public long releasedEnd() {
    return releasedEnd;
  }

  /** Raises the end of the octets that have left; it never falls. */
  public void releaseTo(long newPosition) {
    releasedEnd = Math.max(releasedEnd, newPosition);
  }

  void noteReply(long newEnd) {
    repliedEnd = newEnd;
  }

  /** Whether the receiver has not acknowledged every reply. */
  public boolean isReplyUnacknowledged() {
    return repliedEnd > sendWindow.acknowledged();
  }
}
