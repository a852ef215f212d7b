package dev.midstream.reassembly.emit;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Sends decided octets: in place if the arriving segment carries exactly these octets, otherwise in
 * new segments. PSH and FIN go on the last one. An octet never leaves with two values (law 2).
 */
public final class Emission {
  /** Initial window (RFC 6928). */
  private static final int INITIAL_SEGMENTS = 10;

  private final Vantage vantage;
  private final Counters counters;
  private final Source source = new Source();
  private final PieceSender pieces;

  /** Creates the stage. */
  public Emission(EngineConfiguration configuration, Counters counters) {
    vantage = configuration.vantage();
    this.counters = counters;
    pieces = new PieceSender(vantage, counters);
  }

  /** The end of the octets that may leave now: decided, and left of the receiver's right edge. */
  public long releasable(Connection connection, Stream stream) {
    if (vantage == Vantage.RECORDING || connection.isPickedUp()) {
      return stream.newEnd();
    }
    long released = stream.releasedEnd();
    long open = Math.min(stream.newEnd(), stream.receiver().sendWindow().rightEdge());
    if (open <= released) {
      return released;
    }
    open = Math.min(open, stream.receiver().pacer().end());
    return Math.max(released, Math.min(open, ownedOpen(stream, open)));
  }

  /**
   * How far octets of the engine may leave, because it starts slowly like any sender (RFC 5681).
   */
  private static long ownedOpen(Stream stream, long newOpen) {
    if (stream.newOwned() <= stream.releasedEnd()) {
      return newOpen;
    }
    long windowBytes = stream.receiver().retransmit().windowBytes();
    return stream.acknowledged() + (windowBytes > 0 ? windowBytes : initialWindowBytes(stream));
  }

  private static long initialWindowBytes(Stream stream) {
    return (long) INITIAL_SEGMENTS * stream.receiver().mssBytes();
  }

  /** Opens the engine's congestion window, if it has owned octets to send and none is open. */
  public void openWindow(Connection connection, Stream stream) {
    boolean isSender =
        vantage == Vantage.INLINE && !connection.isPickedUp() && stream.headers().isTemplateKnown();
    long open = Math.min(stream.newEnd(), stream.receiver().sendWindow().rightEdge());
    boolean isOwned = open > stream.releasedEnd() && stream.newOwned() > stream.releasedEnd();
    if (isSender && isOwned && stream.receiver().retransmit().windowBytes() == 0) {
      stream.receiver().retransmit().windowBytes(initialWindowBytes(stream));
    }
  }

  /** The largest payload of a segment the engine sends on its own. */
  public int measurePieceBytes(Stream stream) {
    return pieces.measureBytes(stream);
  }

  /** Retransmits the first copies of [newFrom, newTo), without a segment of the sender. */
  public void repeat(
      Connection connection,
      Direction direction,
      long newFrom,
      long newTo,
      long timeNanos,
      PacketOutput output) {
    pieces
        .begin(connection, direction, source.kept(), null)
        .send(newFrom, newTo, TcpFlags.PSH, timeNanos, output);
  }

  /** Sends a window probe to the receiver of a direction (RFC 9293 section 3.8.6.1). */
  public void probe(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    long below = connection.stream(direction).acknowledged() - 1;
    pieces
        .begin(connection, direction, source.kept(), null)
        .send(below, below, 0, timeNanos, output);
  }

  /** Whether octets or a FIN of {@code stream} may leave for the first time. */
  public boolean isPending(Connection connection, Stream stream) {
    if (!stream.headers().isTemplateKnown()) {
      return false;
    }
    long end = releasable(connection, stream);
    return end > stream.releasedEnd()
        || (stream.edits().fin().isSettled()
            && !stream.edits().fin().isReleased()
            && end == stream.newEnd());
  }

  /**
   * Sends [newFrom, newTo) for an arriving segment. The range is empty for a segment without
   * payload.
   *
   * @param same whether the payload is known to be exactly these octets
   */
  public Disposition send(Segment segment, long newFrom, long newTo, boolean same) {
    Stream stream = segment.stream();
    int flags = trailingFlags(segment, newTo);
    boolean inPlace = isInPlace(segment, newFrom, newTo, same);
    countUrgent(segment, newFrom);
    note(stream, newTo, flags);
    if (inPlace) {
      int others = TcpFlags.ALL & ~(TcpFlags.FIN | TcpFlags.PSH);
      segment.flags((segment.flags() & others) | flags);
      pointUrgent(segment, newFrom);
      stream.headers().pathMtu().sent(newFrom, newTo, wireBytes(segment));
      segment.editor().sequence(stream.space().sequenceOf(newFrom)).flags(segment.flags());
      return Disposition.FORWARD;
    }
    pieces
        .begin(segment.connection(), segment.direction(), source.of(segment), segment)
        .send(newFrom, newTo, flags, segment.packet().timeNanos(), segment.output());
    return Disposition.TAKEN;
  }

  /** Whether [newFrom, newTo) is more than leaves at once with {@code segment}. */
  public boolean measuresInParts(Segment segment, long newFrom, long newTo) {
    return newTo - newFrom > pieces.measureTogether(segment);
  }

  /** Sends the kept octets [newFrom, newTo) before the segment that decided them. */
  public void sendBefore(Segment segment, long newFrom, long newTo) {
    note(segment.stream(), newTo, 0);
    pieces
        .begin(segment.connection(), segment.direction(), source.kept(), segment)
        .send(newFrom, newTo, 0, segment.packet().timeNanos(), segment.output());
  }

  /** Sends a segment without payload, in place. */
  public Disposition sendAcknowledgement(Segment segment) {
    Stream stream = segment.stream();
    openWindow(segment.connection(), stream);
    if (isPending(segment.connection(), stream)) {
      return send(segment, stream.releasedEnd(), stream.releasedEnd(), false);
    }
    segment.editor().sequence(stream.space().sequenceOf(stream.newNext()));
    return Disposition.FORWARD;
  }

  /** Sends a segment beyond the end of its stream, at the same distance from the new end. */
  public Disposition sendBeyondEnd(Segment segment) {
    Stream stream = segment.stream();
    long behind = segment.orgStart() - stream.edits().fin().orgFin();
    segment.editor().sequence(stream.space().sequenceOf(stream.edits().fin().newFin() + behind));
    return Disposition.FORWARD;
  }

  /** Sends the headers of a segment without its payload. */
  public Disposition sendHeaders(Segment segment) {
    long newSequence = segment.stream().newNext();
    source.kept();
    pieces
        .begin(segment.connection(), segment.direction(), source, segment)
        .send(newSequence, newSequence, 0, segment.packet().timeNanos(), segment.output());
    return Disposition.TAKEN;
  }

  /** Sends a SYN without its octets. */
  public Disposition sendSynWithoutOctets(Segment segment) {
    pieces
        .begin(segment.connection(), segment.direction(), source.kept(), segment)
        .sendBare(segment.packet().timeNanos(), segment.output());
    return Disposition.TAKEN;
  }

  /** Sends the octets of a direction that may leave for the first time. */
  public void sendPending(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    if (!isPending(connection, stream)) {
      return;
    }
    long from = stream.releasedEnd();
    long to = releasable(connection, stream);
    int flags = push(stream, to) | fin(stream, to);
    note(stream, to, flags);
    pieces
        .begin(connection, direction, source.kept(), null)
        .firstTime()
        .send(from, to, flags, timeNanos, output);
  }

  /**
   * Sends the first delayed segment despite the gap before it. The direction must be opaque. Inline
   * the segment is kept until it is acknowledged, because it may be vouched for. An insertion
   * before it has left already.
   */
  public void sendStranded(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    DelayedSegments delayed = stream.sender().delayed();
    long orgStart = Math.max(delayed.firstStart(), stream.decided());
    if (orgStart >= delayed.firstEnd()) {
      delayed.removeFirst();
      return;
    }
    boolean kept = vantage == Vantage.INLINE;
    if (kept && orgStart == stream.decided()) {
      stream.edits().map().decideTo(delayed.firstEnd());
    } else {
      stream.edits().opaque().skipTo(delayed.firstEnd());
    }
    long behind = Math.min(stream.releasedEnd(), stream.edits().map().after(orgStart));
    long from = Math.max(stream.edits().map().before(orgStart), behind);
    long to = stream.edits().map().before(delayed.firstEnd());
    int flags = (delayed.firstPush() ? TcpFlags.PSH : 0) | fin(stream, to);
    note(stream, to, flags);
    if (kept) {
      int length = (int) (delayed.firstEnd() - orgStart);
      stream
          .edits()
          .firstCopies()
          .append(from, delayed.firstMemory(), orgStart - delayed.firstStart(), length);
    }
    if (stream.headers().isTemplateKnown()) {
      pieces
          .begin(connection, direction, source.of(delayed), null)
          .firstTime()
          .send(from, to, flags, timeNanos, output);
    }
    delayed.removeFirst();
  }

  private boolean isInPlace(Segment segment, long newFrom, long newTo, boolean same) {
    if (newTo - newFrom != segment.length() || segment.isCut() || isTooLarge(segment)) {
      return false;
    }
    return same
        || segment.length() == 0
        || source.of(segment).isSameAsKept(segment.stream(), newFrom);
  }

  private static boolean isTooLarge(Segment segment) {
    return segment.length() > segment.pieceLimitBytes()
        && segment.stream().headers().isTemplateKnown();
  }

  /** The largest payload in one packet on the wire, for a segment that may be a super-segment. */
  private static int wireBytes(Segment segment) {
    int gsoBytes = segment.packet().gsoBytes();
    return gsoBytes > 0 ? Math.min(gsoBytes, segment.length()) : segment.length();
  }

  /** Counts an urgent flag that is cleared because its octets lie below what is sent. */
  private void countUrgent(Segment segment, long newFrom) {
    boolean urgent = (segment.flags() & TcpFlags.URG) != 0;
    if (urgent && segment.urgentPointerFrom(newFrom) < 0) {
      counters.count(Reason.URGENT_CLEARED);
    }
  }

  private static void pointUrgent(Segment segment, long newFrom) {
    if ((segment.flags() & TcpFlags.URG) == 0) {
      return;
    }
    int pointer = segment.urgentPointerFrom(newFrom);
    if (pointer < 0) {
      segment.flags(segment.flags() & ~TcpFlags.URG);
    }
    segment.editor().urgentPointer(Math.max(0, pointer));
  }

  private static void note(Stream stream, long newTo, int flags) {
    stream.receiver().releaseTo(newTo);
    if ((flags & TcpFlags.FIN) != 0 && !stream.edits().fin().isReleased()) {
      stream.edits().fin().release();
    }
  }

  /** PSH, FIN and RST of the last piece: new marks, and those of a retransmitted segment. */
  private static int trailingFlags(Segment segment, long newTo) {
    Stream stream = segment.stream();
    int own = segment.flags() & (TcpFlags.PSH | TcpFlags.RST);
    int flags = push(stream, newTo) | own | fin(stream, newTo);
    boolean repeatsFin =
        segment.view().isFin()
            && stream.edits().fin().isReleased()
            && newTo == stream.edits().fin().newFin();
    return repeatsFin ? flags | TcpFlags.FIN : flags;
  }

  private static int push(Stream stream, long newTo) {
    long orgTo =
        newTo >= stream.newEnd() ? stream.decided() : stream.edits().map().acknowledgement(newTo);
    return stream.sender().pushMarks().takeUpTo(orgTo, newTo) ? TcpFlags.PSH : 0;
  }

  private static int fin(Stream stream, long newTo) {
    return stream.edits().fin().isPending(newTo) ? TcpFlags.FIN : 0;
  }
}
