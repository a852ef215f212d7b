package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Attempts;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.RetransmitState;
import dev.midstream.reassembly.stream.Scoreboard;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Retransmits the octets for which the engine is responsible until the receiver acknowledges them:
 * owned octets, which the engine acknowledged, and vouched octets, which it reported by SACK.
 */
public final class Retransmitter {
  private static final int SEGMENTS_PER_ACK = 2;

  /** Unanswered attempts before a receiver is given up: a few may be lost on a path that works. */
  private static final int GIVE_UP_ATTEMPTS = 5;

  /** Unanswered attempts after which the next one comes later than a round trip and some. */
  private static final int BACKED_OFF_ATTEMPTS = 2;

  private final Emission emission;
  private final Counters counters;
  private final EventSink events;

  /** Where what had left before the present packet or timer ends, the FIN included. */
  private long sentBefore;

  public Retransmitter(Emission emission, Counters counters, EventSink events) {
    this.emission = emission;
    this.counters = counters;
    this.events = events;
  }

  /** Notes what a packet released: it comes before the acknowledgements and the timers of it. */
  public void noteReleased(Stream stream, long nowNanos) {
    long released = stream.releasedEnd();
    sentBefore = stream.receiver().retransmit().swapReleased(stream.newNext());
    if (sentBefore < released) {
      stream.receiver().rtt().onSent(released, nowNanos);
    }
  }

  /**
   * Updates the retransmission state after a packet: retransmits lost octets, starts and stops
   * timers. {@link #noteReleased} was called before.
   */
  public void update(Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    RetransmitState retransmit = stream.receiver().retransmit();
    boolean advanced = retransmit.takeAdvanced();
    boolean requested = retransmit.attempts().takeRequest();
    if (!needsTimer(stream)) {
      retransmit.stop();
      return;
    }
    boolean open = isReceiverWindowOpen(stream);
    boolean reopened = open && retransmit.takeWindowProbed();
    if (open) {
      if (advanced) {
        boolean doubtful = retransmit.noteAckBeyond(stream.acknowledged());
        continueRetransmission(
            connection, stream, doubtful ? 1 : SEGMENTS_PER_ACK, nowNanos, output);
      }
      retransmitLost(connection, stream, nowNanos, output);
      if (requested) {
        retransmitRequested(connection, stream, nowNanos, output);
      }
    }
    retransmit.noteRepeated(0);
    if (advanced || reopened) {
      stream.receiver().rtt().endBackOff();
      retransmit.startAnew(nowNanos, firstTimeoutNanos(stream));
    } else {
      retransmit.start(nowNanos, firstTimeoutNanos(stream));
    }
  }

  /** Updates a stream in which the engine is responsible for no octets. */
  public void updatePlain(Stream stream, long nowNanos) {
    noteReleased(stream, nowNanos);
    stream.receiver().retransmit().clearAdvanced();
  }

  /** The first timeout: that of a tail loss probe, or the RTO if the window is closed. */
  private static long firstTimeoutNanos(Stream stream) {
    ReceiverSide receiver = stream.receiver();
    return isReceiverWindowOpen(stream)
        ? receiver.rtt().probeTimeoutNanos(receiver.isOneSegmentInFlight())
        : receiver.rtt().rtoNanos();
  }

  private static boolean isReceiverWindowOpen(Stream stream) {
    return stream.receiver().sendWindow().rightEdge() > stream.acknowledged();
  }

  /**
   * The path does not carry the packet sent at {@code newStart}: octets from there on are
   * retransmitted in smaller packets.
   */
  public void onSmallerPath(
      Connection connection, Stream stream, long newStart, long nowNanos, PacketOutput output) {
    if (nextRetransmittable(stream, newStart) >= 0) {
      sentBefore = stream.newNext();
      stream.receiver().retransmit().beginRetransmission(newStart, stream.releasedEnd());
      continueRetransmission(connection, stream, SEGMENTS_PER_ACK, nowNanos, output);
    }
  }

  /**
   * Handles an expired timer: retransmits one segment, or probes a closed window, or gives up the
   * receiver.
   */
  public void onTimer(Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    RetransmitState retransmit = stream.receiver().retransmit();
    if (retransmit.deadlineNanos() > nowNanos) {
      return;
    }
    if (!isReceiverWindowOpen(stream) && retransmit.attempts().isHeardSinceLast()) {
      retransmit.attempts().clear();
    }
    if (isReceiverDead(stream)) {
      giveUp(connection, stream);
      return;
    }
    sentBefore = stream.newNext();
    retransmit.attempts().count(nowNanos);
    boolean first = retransmit.expire() == 1;
    if (isReceiverWindowOpen(stream) && nextRetransmittable(stream, stream.acknowledged()) >= 0) {
      if (!first || !stream.receiver().rtt().isMeasured()) {
        stream.receiver().rtt().backOff();
        retransmit.setCongestionWindowBytes(stream.receiver().mssBytes());
        stream.receiver().scoreboard().forgetReports();
      }
      retransmit.beginRetransmission(stream.acknowledged(), stream.releasedEnd());
      continueRetransmission(connection, stream, 1, nowNanos, output);
    } else if (isFinMissing(stream)) {
      retransmitFin(connection, stream, first, nowNanos, output);
    } else {
      probe(connection, stream, nowNanos, output);
    }
    retransmit.restart(nowNanos, stream.receiver().rtt().rtoNanos());
  }

  /**
   * Whether the receiver of owned octets left enough attempts over R2 unanswered. The last one was
   * made after R2, so an outage shorter than R2 ends no connection.
   */
  private static boolean isReceiverDead(Stream stream) {
    Attempts attempts = stream.receiver().retransmit().attempts();
    return ownsUnacknowledged(stream)
        && attempts.unanswered() >= GIVE_UP_ATTEMPTS
        && attempts.spanNanos() >= WaitTimes.GIVE_UP_NANOS;
  }

  /**
   * Retransmits one segment during back-off because of a segment that came: a duplicate ACK, which
   * shows that the path works, or one that its sender retransmits. The segment is no answer: the
   * receiver is given up as without it.
   */
  private void retransmitRequested(
      Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    RetransmitState retransmit = stream.receiver().retransmit();
    Attempts attempts = retransmit.attempts();
    long nextNanos = attempts.lastNanos() + stream.receiver().rtt().firstRtoNanos();
    long start = nextRetransmittable(stream, unrepeatedFrom(stream, 0));
    if (attempts.unanswered() >= BACKED_OFF_ATTEMPTS
        && nextNanos <= nowNanos
        && start >= 0
        && start < sentBefore) {
      attempts.noteRequested(nowNanos);
      retransmit.beginRetransmission(start, Math.min(sentBefore, stream.releasedEnd()));
      continueRetransmission(connection, stream, 1, nowNanos, output);
    }
  }

  private void giveUp(Connection connection, Stream stream) {
    long ownedBytes = stream.newOwned() - stream.acknowledged();
    int attempts = stream.receiver().retransmit().attempts().unanswered();
    counters.count(Reason.CUSTODY_EXPIRED);
    events.event(
        Reason.CUSTODY_EXPIRED,
        connection.name(),
        "receiver is silent attempts=" + attempts + " ownedBytes=" + ownedBytes);
    connection.wantReset(Reason.CUSTODY_EXPIRED);
  }

  /** Probes a closed window, with exponential back-off. */
  private void probe(Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    counters.count(Reason.ZERO_WINDOW);
    stream.receiver().rtt().backOff();
    stream.receiver().retransmit().noteWindowProbe();
    emission.probe(connection, stream, nowNanos, output);
    stream.receiver().ownAnswers().expect(nowNanos, stream.receiver().rtt().rtoNanos());
  }

  /**
   * Sends a FIN of the engine again. Into a closed window it is the probe: a receiver that has no
   * room for it answers it.
   */
  private void retransmitFin(
      Connection connection, Stream stream, boolean first, long nowNanos, PacketOutput output) {
    counters.count(Reason.CUSTODY_REPEATED);
    if (!isReceiverWindowOpen(stream)) {
      stream.receiver().retransmit().noteWindowProbe();
    }
    if (!first || !stream.receiver().rtt().isMeasured()) {
      stream.receiver().rtt().backOff();
    }
    emission.retransmitFin(connection, stream, nowNanos, output);
    stream.receiver().ownAnswers().expect(nowNanos, stream.receiver().rtt().rtoNanos());
  }

  /** Whether a FIN of the engine is all that the receiver has not acknowledged. */
  private static boolean isFinMissing(Stream stream) {
    FinMap fin = stream.edits().fin();
    return fin.isOwed(stream.acknowledged()) && stream.acknowledged() == fin.newFin();
  }

  private static boolean ownsUnacknowledged(Stream stream) {
    long acknowledged = stream.acknowledged();
    return stream.newOwned() > acknowledged || stream.edits().fin().isOwed(acknowledged);
  }

  /**
   * Whether a duplicate ACK of the receiver is about octets that the engine owns, or about a window
   * that only the engine sees. Counts it, or uses up one expected ACK.
   */
  public boolean consumeOwnDuplicate(Stream stream, boolean windowMoved, long nowNanos) {
    stream.receiver().retransmit().attempts().request();
    if (windowMoved || stream.receiver().ownAnswers().take(nowNanos)) {
      return true;
    }
    long acknowledged = stream.acknowledged();
    boolean owned = stream.newOwned() > acknowledged && stream.releasedEnd() > acknowledged;
    if (owned) {
      stream.receiver().retransmit().countDuplicateAck();
    }
    return owned;
  }

  /**
   * Whether released octets or a FIN must be retransmitted until they are acknowledged, or owned
   * octets wait for the window. The FIN waits for what its sender retransmits before it. Nothing is
   * sent in the name of a sender of which no segment was taken.
   */
  private static boolean needsTimer(Stream stream) {
    if (!stream.hasOwned() || !stream.headers().isTemplateKnown()) {
      return isFinMissing(stream);
    }
    long released = stream.releasedEnd();
    long acknowledged = stream.acknowledged();
    long rightEdge = stream.receiver().sendWindow().rightEdge();
    return isFinMissing(stream)
        || (stream.newOwned() > released && released >= rightEdge)
        || (released > acknowledged
            && (!isReceiverWindowOpen(stream) || nextRetransmittable(stream, acknowledged) >= 0));
  }

  /**
   * After a timeout: retransmits the next segments of what was in flight then, as far as the window
   * is open.
   */
  private void continueRetransmission(
      Connection connection, Stream stream, int segments, long nowNanos, PacketOutput output) {
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < segments && retransmit.retransmitNext() != Long.MAX_VALUE; i++) {
      long start = nextRetransmittable(stream, unrepeatedFrom(stream, retransmit.retransmitNext()));
      if (start < 0 && stream.receiver().sendWindow().rightEdge() < retransmit.retransmitEnd()) {
        return;
      }
      if (start < 0 || start >= retransmit.retransmitEnd()) {
        retransmit.advanceRetransmission(retransmit.retransmitEnd());
        return;
      }
      retransmit.advanceRetransmission(send(connection, stream, start, nowNanos, output));
    }
  }

  /**
   * Retransmits what the scoreboard, duplicate ACKs or a partial ACK show to be lost, each segment
   * once. The first segment in flight has an RTO from then on to be acknowledged.
   */
  private void retransmitLost(
      Connection connection, Stream stream, long nowNanos, PacketOutput output) {
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < SEGMENTS_PER_ACK; i++) {
      long start = nextRetransmittable(stream, unrepeatedFrom(stream, retransmit.lossNext()));
      if (start < 0 || start >= sentBefore || !isLost(stream, start)) {
        return;
      }
      if (stream.acknowledged() >= retransmit.recoveryEnd()) {
        retransmit.beginRecovery(stream.releasedEnd());
      }
      if (start == stream.acknowledged() && retransmit.isRunning()) {
        retransmit.restart(nowNanos, stream.receiver().rtt().rtoNanos());
      }
      retransmit.advanceLossSearch(send(connection, stream, start, nowNanos, output));
    }
  }

  /** The first position from {@code newFrom} on that did not leave again in the present call. */
  private static long unrepeatedFrom(Stream stream, long newFrom) {
    long from = Math.max(newFrom, stream.acknowledged());
    return Math.max(from, stream.receiver().retransmit().repeatedEnd());
  }

  private static boolean isLost(Stream stream, long newStart) {
    ReceiverSide receiver = stream.receiver();
    RetransmitState retransmit = receiver.retransmit();
    boolean isFirst =
        newStart == stream.acknowledged()
            && (retransmit.duplicateAcks() >= Scoreboard.DUPLICATE_THRESHOLD
                || newStart < retransmit.recoveryEnd());
    return isFirst || receiver.scoreboard().isLost(newStart, receiver.mssBytes());
  }

  private long send(
      Connection connection, Stream stream, long newStart, long nowNanos, PacketOutput output) {
    long maxEnd = newStart + emission.updatePieceBytes(stream);
    long newEnd = Math.min(retransmittableEnd(stream, newStart), maxEnd);
    newEnd = Math.min(newEnd, sentBefore);
    counters.count(Reason.CUSTODY_REPEATED);
    stream.receiver().rtt().onRetransmitted(newStart, newEnd);
    stream.receiver().scoreboard().retransmitted().add(newStart, newEnd);
    stream.receiver().retransmit().noteRepeated(newEnd);
    boolean withFin = newEnd < sentBefore;
    emission.retransmit(connection, stream, newStart, newEnd, withFin, nowNanos, output);
    stream.receiver().ownAnswers().expect(nowNanos, stream.receiver().rtt().rtoNanos());
    return newEnd;
  }

  /**
   * The first released position from {@code newFrom} on that is owned or vouched and not reported
   * by SACK; -1 if there is none. One pass over the vouched ranges.
   */
  private static long nextRetransmittable(Stream stream, long newFrom) {
    RangeSet reported = stream.receiver().scoreboard().sacked();
    long end = Math.min(stream.releasedEnd(), stream.receiver().sendWindow().rightEdge());
    long at = reported.firstOutside(newFrom);
    if (at >= end || at < stream.newOwned()) {
      return at < end ? at : -1;
    }
    RangeSet vouched = stream.sender().custody().vouched();
    OffsetMap map = stream.edits().map();
    int next = reported.firstEndingAfter(at);
    for (int i = firstVouched(stream, at); i < vouched.size() && at < end; i++) {
      if (vouched.start(i) >= stream.decided()) {
        return -1;
      }
      at = Math.max(at, map.dataStart(vouched.start(i)));
      while (next < reported.size() && reported.end(next) <= at) {
        next++;
      }
      at = next < reported.size() && reported.start(next) <= at ? reported.end(next) : at;
      if (at < map.dataEnd(vouched.end(i))) {
        return at < end ? at : -1;
      }
    }
    return -1;
  }

  /** The first vouched range that ends beyond {@code newFrom}; their number if none does. */
  private static int firstVouched(Stream stream, long newFrom) {
    RangeSet vouched = stream.sender().custody().vouched();
    int low = 0;
    int high = vouched.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (stream.edits().map().dataEnd(vouched.end(middle)) > newFrom) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The end of the range to retransmit that starts at {@code newStart}. */
  private static long retransmittableEnd(Stream stream, long newStart) {
    long end = Math.min(stream.releasedEnd(), stream.receiver().sendWindow().rightEdge());
    end = Math.min(end, stream.receiver().scoreboard().sacked().nextStartAbove(newStart));
    if (newStart < stream.newOwned()) {
      return Math.min(end, stream.newOwned());
    }
    long orgEnd = stream.sender().custody().vouched().end(firstVouched(stream, newStart));
    return Math.min(end, stream.edits().map().dataEnd(orgEnd));
  }
}
