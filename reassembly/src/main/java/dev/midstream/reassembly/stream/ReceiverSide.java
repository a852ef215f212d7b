package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The engine towards the receiver of one direction, as a sender (the SND variables of RFC 9293
 * section 3.3.1): what was released, what the receiver acknowledged and advertised, and when the
 * engine retransmits the octets it owns. Derived state: it starts as at an opening, until the
 * receiver sends a segment.
 */
public final class ReceiverSide {
  private static final int DEFAULT_MSS_BYTES = 536;

  /** Smallest MSS that is respected, as in Linux: a smaller one would cost mostly headers. */
  private static final int MIN_MSS_BYTES = 48;

  private final SendWindow sendWindow = new SendWindow();
  private final Scoreboard scoreboard = new Scoreboard();
  private final RttEstimator rtt = new RttEstimator();
  private final RetransmitState retransmit = new RetransmitState();
  private final ExpectedAnswers ownAnswers = new ExpectedAnswers();
  private final ExpectedAnswers probeAnswers = new ExpectedAnswers();
  private final Pacer pacer = new Pacer();
  private int mssBytes = DEFAULT_MSS_BYTES;
  private long releasedEnd;
  private long repliedEnd;

  ReceiverSide() {}

  void write(StateWriter out, long nowNanos) {
    out.number(mssBytes);
    out.number(releasedEnd);
    out.number(repliedEnd);
    sendWindow.write(out);
    rtt.write(out, nowNanos);
    pacer.write(out, nowNanos);
    ownAnswers.write(out, nowNanos);
    probeAnswers.write(out, nowNanos);
    scoreboard.write(out);
    retransmit.write(out, nowNanos);
  }

  void read(StateReader in, long nowNanos) {
    mssBytes = in.count(Integer.MAX_VALUE);
    releasedEnd = in.position();
    repliedEnd = in.position();
    sendWindow.read(in);
    rtt.read(in, nowNanos);
    pacer.read(in, nowNanos);
    ownAnswers.read(in, nowNanos);
    probeAnswers.read(in, nowNanos);
    scoreboard.read(in);
    retransmit.read(in, nowNanos);
  }

  /** The receiver's acknowledgement and advertised window. */
  public SendWindow sendWindow() {
    return sendWindow;
  }

  /** What the receiver reported by SACK, and what the engine retransmitted. */
  public Scoreboard scoreboard() {
    return scoreboard;
  }

  /** Round-trip time between the engine and the receiver. */
  public RttEstimator rtt() {
    return rtt;
  }

  /** Retransmission timer and congestion window of the octets that the engine owns. */
  public RetransmitState retransmit() {
    return retransmit;
  }

  /** The answers to segments that the engine sent on its own; they concern the engine alone. */
  public ExpectedAnswers ownAnswers() {
    return ownAnswers;
  }

  /** The answers to probes of the sender that were forwarded; they belong to the sender. */
  public ExpectedAnswers probeAnswers() {
    return probeAnswers;
  }

  /** Limits how far octets that waited after a gap may leave. */
  public Pacer pacer() {
    return pacer;
  }

  /** Sets the receiver's MSS, options included (RFC 6691). Below 48 it counts as 48. */
  public void setMssBytes(int bytes) {
    mssBytes = Math.max(MIN_MSS_BYTES, bytes);
  }

  /** The receiver's MSS, options included: at least 48, which is room for all options. */
  public int mssBytes() {
    return mssBytes;
  }

  /** rel: the end of the released octets, in new space. */
  public long releasedEnd() {
    return releasedEnd;
  }

  /** Advances the end of the released octets; it never decreases. */
  public void releaseTo(long newPosition) {
    releasedEnd = Math.max(releasedEnd, newPosition);
  }

  /** Whether what is in flight fits into one segment; the receiver may then delay its ACK. */
  public boolean isOneSegmentInFlight() {
    return releasedEnd - sendWindow.acknowledged() <= mssBytes;
  }

  void noteReply(long newEnd) {
    repliedEnd = newEnd;
  }

  /** The end of the last reply, in new space; 0 without one. */
  public long repliedEnd() {
    return repliedEnd;
  }

  /** Whether a reply is not acknowledged yet. */
  public boolean isReplyUnacknowledged() {
    return repliedEnd > sendWindow.acknowledged();
  }
}
