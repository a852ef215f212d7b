package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.MemoryBudget;

/**
 * The engine towards the receiver of one direction, as a sender (the SND variables of RFC 9293
 * section 3.3.1): what was released, what the receiver acknowledged and advertised, and when the
 * engine retransmits the octets it owns. Derived state: it starts as at an opening, until the
 * receiver sends a segment.
 */
public final class ReceiverSide {
  /** The MSS of a connection whose SYNs were not seen. */
  public static final int UNKNOWN_MSS_BYTES = Integer.MAX_VALUE;

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
  private final Edits edits;
  private final InheritedOutput inherited;
  private int mssBytes = DEFAULT_MSS_BYTES;
  private long releasedEnd;
  private long repliedEnd;

  ReceiverSide(Edits edits) {
    this.edits = edits;
    inherited = new InheritedOutput(edits, sendWindow);
  }

  void write(StateWriter out, long nowNanos) {
    out.number(mssBytes);
    out.number(releasedEnd);
    out.number(repliedEnd);
    sendWindow.writeRest(out);
    inherited.write(out, nowNanos);
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
    sendWindow.readRest(in);
    inherited.read(in, nowNanos);
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

  /** The output that the engine before this one may have released. */
  public InheritedOutput inherited() {
    return inherited;
  }

  /**
   * Whether an acknowledgement of {@code newPosition} covers octets or a FIN that were not sent
   * (H-31).
   */
  public boolean isBeyondSent(long newPosition) {
    return edits.fin().refuses(newPosition, releasedEnd) && !inherited.reaches(newPosition);
  }

  /**
   * Notes that the receiver acknowledges {@code newPosition}, which is not beyond what was sent:
   * everything before it has left.
   *
   * @return what of it is known here; more if the engine before this one sent more
   */
  public long noteSentTo(long newPosition, long nowNanos) {
    boolean wasOpenSpan = inherited.isOpenSpan();
    if (newPosition > releasedEnd && inherited.mayHavePassed(newPosition)) {
      releaseTo(inherited.passTo(newPosition));
      retransmit.swapReleased(releasedNext());
    }
    long known = inherited.noteAcknowledged(newPosition);
    inherited.noteHeard(known, nowNanos);
    edits.omitted().acceptDoubtful(Math.max(newPosition, sendWindow.acknowledged()), nowNanos);
    if (wasOpenSpan) {
      releasePassed();
    }
    return known;
  }

  /**
   * The end of what the receiver is known to have. It is above A if decisions about octets are lost
   * that it acknowledged or reported.
   */
  public long knownEnd() {
    return Math.max(sendWindow.acknowledged(), inherited.claimedEnd());
  }

  /**
   * Notes that what its receiver had acknowledged before it was decided here has left.
   *
   * @return the end of that, in new space; 0 without any
   */
  public long noteLeftBefore() {
    long end = inherited.acknowledgedBefore();
    if (end > sendWindow.acknowledged()) {
      releaseTo(inherited.passTo(end));
      retransmit.swapReleased(releasedNext());
    }
    return end;
  }

  /**
   * Whether octets before {@code newEnd} wait for the window of a receiver that was not heard since
   * another engine knew it, and may have shown that engine a larger one.
   */
  public boolean isUnknownWindowAwaited(long newEnd) {
    return inherited.isUnheard() && newEnd > releasedEnd && releasedEnd >= sendWindow.rightEdge();
  }

  /** Notes the next number of the sender, which an empty segment told at {@code nowNanos}. */
  public void noteSenderNext(long orgPosition, long nowNanos) {
    inherited.noteNext(orgPosition, nowNanos);
  }

  /** Opaque octets that another engine let pass have left. */
  private void releasePassed() {
    releaseTo(edits.map().before(edits.opaque().unstoredEnd()));
    retransmit.swapReleased(releasedNext());
  }

  /** The end of the released octets, in new space, after the FIN once it has left. */
  private long releasedNext() {
    return edits.fin().isReleased() ? edits.fin().newFin() + 1 : releasedEnd;
  }

  /** Sets the receiver's MSS, options included (RFC 6691). Below 48 it counts as 48. */
  public void setMssBytes(int bytes) {
    mssBytes = Math.max(MIN_MSS_BYTES, bytes);
  }

  /** The receiver's MSS, options included: at least 48, which is room for all options. */
  public int mssBytes() {
    return mssBytes;
  }

  /** The receiver's MSS, or a usual one if the connection was picked up, so that none is known. */
  public int usualSegmentBytes() {
    return mssBytes == UNKNOWN_MSS_BYTES ? MemoryBudget.USUAL_SEGMENT_BYTES : mssBytes;
  }

  /** rel: the end of the released octets, in new space. */
  public long releasedEnd() {
    return releasedEnd;
  }

  /** Advances the end of the released octets; it never decreases. */
  public void releaseTo(long newPosition) {
    releasedEnd = Math.max(releasedEnd, newPosition);
  }

  /** Drops the first copies that were released below {@code newPosition}: there is no room. */
  void dropCopiesBelow(long newPosition) {
    long end = Math.min(releasedEnd, newPosition);
    edits.firstCopies().dropBelow(end);
    sendWindow.noteDropped(end);
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
