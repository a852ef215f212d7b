package dev.midstream.reassembly.emit;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Pacer;
import dev.midstream.reassembly.stream.RetransmitState;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Sends decided octets: in place if the arriving segment carries exactly these octets, otherwise in
 * new segments, the last with PSH and FIN (law 2). Also sends what has none: probes, ACKs, headers.
 */
public final class Emission {
  /** Initial window (RFC 6928). */
  private static final int INITIAL_SEGMENTS = 10;

  private final Vantage vantage;
  private final Counters counters;
  private final Source source = new Source();
  private final PieceLimit limit;
  private final PieceSender pieces;

  /** Builds segments by {@code builder}, which others may use between two segments. */
  public Emission(EngineConfiguration configuration, Counters counters, SegmentBuilder builder) {
    vantage = configuration.vantage();
    this.counters = counters;
    limit = new PieceLimit(vantage);
    pieces = new PieceSender(vantage, limit, counters, builder);
  }

  /** The end of the octets that may leave now: decided, and left of the receiver's right edge. */
  public long releasable(Connection connection, Stream stream) {
    if (vantage == Vantage.RECORDING) {
      return stream.newEnd();
    }
    long released = stream.releasedEnd();
    long committed = Math.min(stream.newEnd(), stream.edits().commit().releasableEnd());
    if (connection.isPickedUp()) {
      return Math.max(Math.min(released, stream.newEnd()), committed);
    }
    long open = Math.min(committed, stream.receiver().sendWindow().rightEdge());
    open = stream.edits().omitted().presentEnd(released, open);
    if (open <= released) {
      return released;
    }
    open = Math.min(open, stream.receiver().pacer().end());
    return Math.max(released, Math.min(open, ownedOpen(stream, open)));
  }

  /** Why decided octets wait: for the receiver's window, their sender, or their record. */
  public Reason whyWaiting(Connection connection, Stream stream) {
    if (stream.edits().omitted().isMissing(stream.releasedEnd())) {
      return Reason.REPETITION_AWAITED;
    }
    boolean isOpen = stream.receiver().sendWindow().rightEdge() > stream.releasedEnd();
    boolean fits = isOpen || connection.isPickedUp();
    return fits && stream.edits().commit().releasableEnd() <= stream.releasedEnd()
        ? Reason.COMMIT_AWAITED
        : Reason.WINDOW_FULL;
  }

  /** The end of the octets that may leave now, again or for the first time. */
  public long sendable(Connection connection, Stream stream) {
    return stream.isWindowTakenBack() ? stream.sendableEnd() : releasable(connection, stream);
  }

  /** How far octets of the engine may leave: it starts slowly like any sender (RFC 5681). */
  private static long ownedOpen(Stream stream, long newOpen) {
    if (stream.newOwned() <= stream.releasedEnd()) {
      return newOpen;
    }
    long windowBytes = stream.receiver().retransmit().congestionWindowBytes();
    return stream.acknowledged() + (windowBytes > 0 ? windowBytes : initialWindowBytes(stream));
  }

  private static long initialWindowBytes(Stream stream) {
    return (long) INITIAL_SEGMENTS * stream.receiver().mssBytes();
  }

  /**
   * Updates what limits octets that are to leave: opens the engine's congestion window, if it has
   * owned octets to send and none is open, and paces what is too much for one packet.
   */
  public void updateLimits(Connection connection, Stream stream) {
    long released = stream.releasedEnd();
    long open = Math.min(stream.newEnd(), stream.receiver().sendWindow().rightEdge());
    boolean isSender =
        vantage == Vantage.INLINE && !connection.isPickedUp() && stream.headers().isTemplateKnown();
    if (open <= released || !isSender) {
      return;
    }
    RetransmitState retransmit = stream.receiver().retransmit();
    if (stream.newOwned() > released && retransmit.congestionWindowBytes() == 0) {
      retransmit.setCongestionWindowBytes(initialWindowBytes(stream));
    }
    if (open - retransmit.lastReleased() > stream.receiver().mssBytes()) {
      limitBurst(stream, open);
    }
  }

  /**
   * Paces what would leave for one packet or timer beyond the limit: an agent can make much. What
   * is opaque does not count.
   */
  private void limitBurst(Stream stream, long newOpen) {
    Pacer pacer = stream.receiver().pacer();
    long lastReleased = stream.receiver().retransmit().lastReleased();
    long newOpaqueEnd = stream.edits().map().before(stream.edits().opaque().unstoredEnd());
    long newStart = Math.max(lastReleased, newOpaqueEnd);
    long burstBytes = updateBurstBytes(stream);
    if (Math.min(newOpen, pacer.end()) - newStart > burstBytes) {
      pacer.allowAtMost(newStart, burstBytes);
    }
  }

  /** Updates and returns the most octets that leave, or leave again, for one packet or timer. */
  public long updateBurstBytes(Stream stream) {
    return limit.updateBurst(stream);
  }

  /** Updates and returns the largest payload of a segment that the engine sends on its own. */
  public int updatePieceBytes(Stream stream) {
    return limit.update(stream, null);
  }

  /**
   * Sends the first copies of [newFrom, newTo) again, without a segment of the sender.
   *
   * @param withFin whether a FIN of the engine that follows them leaves with them
   */
  public void retransmit(
      Connection connection,
      Stream stream,
      long newFrom,
      long newTo,
      boolean withFin,
      long timeNanos,
      PacketOutput output) {
    int flags = TcpFlags.PSH | (withFin ? ownFin(stream, newTo) : 0);
    beginOwn(connection, stream).send(newFrom, newTo, flags, timeNanos, output);
  }

  /** Sends a FIN of the engine again, alone. */
  public void retransmitFin(
      Connection connection, Stream stream, long timeNanos, PacketOutput output) {
    long newFin = stream.edits().fin().newFin();
    beginOwn(connection, stream).send(newFin, newFin, TcpFlags.FIN, timeNanos, output);
  }

  /** Sends a window probe to the receiver of a stream (RFC 9293 section 3.8.6.1). */
  public void probe(Connection connection, Stream stream, long timeNanos, PacketOutput output) {
    long below = stream.acknowledged() - 1;
    beginOwn(connection, stream).send(below, below, 0, timeNanos, output);
  }

  /**
   * Sends an ACK in the name of the sender of a stream, with its newest headers.
   *
   * @param sackEdges left and right edge of each of its {@code sackBlocks}, as sequence numbers
   */
  public void sendOwnAck(
      Connection connection,
      Stream stream,
      int[] sackEdges,
      int sackBlocks,
      long timeNanos,
      PacketOutput output) {
    beginOwn(connection, stream).sendAck(sackEdges, sackBlocks, timeNanos, output);
  }

  /** Whether octets or a FIN of {@code stream} may leave for the first time. */
  public boolean isPending(Connection connection, Stream stream) {
    if (!stream.headers().isTemplateKnown()) {
      return false;
    }
    long end = releasable(connection, stream);
    return end > stream.releasedEnd() || stream.edits().isFinPending(end);
  }

  /**
   * Sends [newFrom, newTo) for an arriving segment. The range is empty for a segment without
   * payload.
   *
   * @param same whether the payload is known to be exactly these octets
   */
  public Disposition send(Segment segment, long newFrom, long newTo, boolean same) {
    Stream stream = segment.stream();
    int flags = takeTrailingFlags(segment, newFrom, newTo);
    boolean inPlace = isInPlace(segment, newFrom, newTo, same);
    boolean urgent = (segment.flags() & TcpFlags.URG) != 0;
    int urgentPointer = segment.urgentPointerFrom(newFrom);
    if (urgent && urgentPointer < 0) {
      counters.count(Reason.URGENT_CLEARED);
      segment.setFlags(segment.flags() & ~TcpFlags.URG);
    }
    long repeatedTo = Math.min(newTo, stream.releasedEnd());
    if (newFrom < repeatedTo) {
      stream.receiver().rtt().onRetransmitted(newFrom, repeatedTo);
      stream.receiver().retransmit().noteRepeated(repeatedTo);
    }
    note(stream, newTo, flags);
    if (!inPlace) {
      return sendPieces(segment, source.use(segment), newFrom, newTo, flags);
    }
    segment.setFlags((segment.flags() & ~(TcpFlags.FIN | TcpFlags.PSH)) | flags);
    if (urgent) {
      segment.editor().urgentPointer(Math.max(0, urgentPointer));
    }
    stream.headers().pathMtu().onSent(newFrom, newTo, PieceLimit.wireBytes(segment));
    segment.editor().sequence(stream.space().sequenceOf(newFrom)).flags(segment.flags());
    return Disposition.FORWARD;
  }

  /**
   * Sends the kept octets before those of {@code segment}, unless all of [newFrom, newTo) leave at
   * once with it.
   *
   * @return whether they were sent
   */
  public boolean sendHeldApart(Segment segment, long newFrom, long newTo) {
    if (newTo - newFrom <= limit.updateTogether(segment)) {
      return false;
    }
    long heldTo = newTo - segment.length();
    note(segment.stream(), heldTo, 0);
    sendPieces(segment, source.useKept(), newFrom, heldTo, 0);
    if (!segment.connection().isAccurateEcn()) {
      segment.setFlags(segment.flags() & ~TcpFlags.CWR);
    }
    return true;
  }

  /**
   * Where a segment without octets starts: where its receiver may expect the next ones, or at a FIN
   * of the engine for which the receiver has no room, because it would not take what lies beyond.
   */
  static long emptyStart(Stream stream) {
    FinMap fin = stream.edits().fin();
    boolean hasNoRoom =
        fin.isOwed(stream.acknowledged())
            && stream.receiver().sendWindow().rightEdge() <= fin.newFin();
    return hasNoRoom ? Math.min(fin.newFin(), stream.expectedNext()) : stream.expectedNext();
  }

  /** Sends a segment without payload, in place. */
  public Disposition sendAcknowledgement(Segment segment) {
    Stream stream = segment.stream();
    updateLimits(segment.connection(), stream);
    if (isPending(segment.connection(), stream)) {
      return send(segment, stream.releasedEnd(), stream.releasedEnd(), false);
    }
    segment.editor().sequence(stream.space().sequenceOf(emptyStart(stream)));
    return Disposition.FORWARD;
  }

  /**
   * Sends a segment beyond the end of its stream, at the same distance from the new end. What
   * follows a FIN that waits behind a gap of opaque octets moves as they do.
   */
  public Disposition sendBeyondEnd(Segment segment) {
    FinMap fin = segment.stream().edits().fin();
    long newStart =
        fin.isSettled()
            ? fin.newFin() + (segment.orgStart() - fin.orgFin())
            : segment.stream().edits().map().before(segment.orgStart());
    segment.editor().sequence(segment.stream().space().sequenceOf(newStart));
    return Disposition.FORWARD;
  }

  /** Sends the headers of a segment without its payload. */
  public Disposition sendHeaders(Segment segment) {
    long newStart = emptyStart(segment.stream());
    return sendPieces(segment, source.useKept(), newStart, newStart, 0);
  }

  /** Sends the octets of a stream that may leave for the first time. */
  public void sendPending(
      Connection connection, Stream stream, long timeNanos, PacketOutput output) {
    if (!isPending(connection, stream)) {
      return;
    }
    long from = stream.releasedEnd();
    long to = releasable(connection, stream);
    int flags = takePush(stream, to) | fin(stream, to);
    note(stream, to, flags);
    beginOwn(connection, stream).markFirst().send(from, to, flags, timeNanos, output);
  }

  /**
   * Sends the first delayed segment despite the gap before it. The stream must be opaque. Inline
   * the segment is kept until it is acknowledged, because it may be vouched for. An insertion
   * before it has left already.
   */
  public void sendStranded(
      Connection connection, Stream stream, long timeNanos, PacketOutput output) {
    DelayedSegments delayed = stream.sender().delayed();
    long orgStart = Math.max(delayed.firstStart(), stream.decided());
    if (orgStart >= delayed.firstEnd()) {
      delayed.removeFirst();
      return;
    }
    long from = stream.passDelayed(orgStart, vantage == Vantage.INLINE);
    long to = stream.edits().map().before(delayed.firstEnd());
    int flags = (delayed.firstPush() ? TcpFlags.PSH : 0) | fin(stream, to);
    note(stream, to, flags);
    if (stream.headers().isTemplateKnown()) {
      pieces
          .begin(connection, stream, source.use(delayed), null)
          .markFirst()
          .send(from, to, flags, timeNanos, output);
    }
    delayed.removeFirst();
  }

  /** Begins segments that leave without a segment of the sender. */
  private PieceSender beginOwn(Connection connection, Stream stream) {
    return pieces.begin(connection, stream, source.useKept(), null);
  }

  private Disposition sendPieces(
      Segment segment, Source octets, long newFrom, long newTo, int flags) {
    pieces
        .begin(segment.connection(), segment.stream(), octets, segment)
        .send(newFrom, newTo, flags, segment.packet().timeNanos(), segment.output());
    return Disposition.TAKEN;
  }

  private static boolean isInPlace(Segment segment, long newFrom, long newTo, boolean same) {
    boolean tooLarge =
        segment.length() > segment.pieceLimitBytes()
            && segment.stream().headers().isTemplateKnown();
    if (newTo - newFrom != segment.length() || segment.isTrimmed() || tooLarge) {
      return false;
    }
    return same || Source.isSameAsKept(segment, newFrom);
  }

  private static void note(Stream stream, long newTo, int flags) {
    stream.receiver().releaseTo(newTo);
    if ((flags & TcpFlags.FIN) != 0 && stream.edits().fin().isSettled()) {
      stream.edits().releaseFin();
    }
  }

  /**
   * PSH, FIN and RST of the last piece: new marks, and those of a retransmitted segment. PSH of
   * octets that do not leave is none.
   */
  private static int takeTrailingFlags(Segment segment, long newFrom, long newTo) {
    Stream stream = segment.stream();
    int own = segment.flags() & (TcpFlags.PSH | TcpFlags.RST);
    boolean again = segment.view().isFin() && isFinPlace(segment, stream, newTo);
    int flags = fin(stream, newTo) | (again ? TcpFlags.FIN : 0);
    flags |= newFrom < newTo ? ownFin(stream, newTo) : 0;
    if (newFrom < newTo || flags != 0) {
      return flags | own | takePush(stream, newTo);
    }
    return segment.view().payloadLength() == 0 ? own : own & ~TcpFlags.PSH;
  }

  /** Whether a FIN belongs to {@code newTo} that has left, or lies among opaque octets. */
  private static boolean isFinPlace(Segment segment, Stream stream, long newTo) {
    Edits edits = stream.edits();
    long orgFin = segment.orgFin();
    boolean isBefore = segment.connection().isPickedUp() && edits.isFinBefore(orgFin);
    return edits.fin().isReleased()
        ? newTo == edits.fin().newFin()
        : (isBefore || edits.isFinAmongOpaque(orgFin)) && newTo == edits.map().after(orgFin);
  }

  private static int takePush(Stream stream, long newTo) {
    long orgTo =
        newTo >= stream.newEnd() ? stream.decided() : stream.edits().map().acknowledgement(newTo);
    return stream.sender().pushMarks().takeUpTo(orgTo, newTo) ? TcpFlags.PSH : 0;
  }

  /** The FIN that leaves again with octets up to {@code newTo}, if it is one of the engine. */
  private static int ownFin(Stream stream, long newTo) {
    FinMap fin = stream.edits().fin();
    return fin.isOwed(stream.acknowledged()) && newTo == fin.newFin() ? TcpFlags.FIN : 0;
  }

  private static int fin(Stream stream, long newTo) {
    return stream.edits().isFinPending(newTo) ? TcpFlags.FIN : 0;
  }
}
