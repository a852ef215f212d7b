package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.RetransmitState;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Repeats what the engine owes to a receiver until it is acknowledged: owned octets, which the
 * sender has been told arrived, and vouched ones, which it reported by SACK.
 */
public final class Retransmitter {
  /** R2 (RFC 1122 section 4.2.3.5): after so long a silence both ends are reset. */
  public static final long GIVE_UP_NANOS = 100_000_000_000L;

  /** RFC 6675 and RFC 5681: so many segments behind a missing one show that it is lost. */
  private static final int DUPLICATE_THRESHOLD = 3;

  private static final int SEGMENTS_PER_ACK = 2;

  private final Emission emission;
  private final Counters counters;
  private final EventSink events;

  /** Sends by {@code emission}. */
  public Retransmitter(Emission emission, Counters counters, EventSink events) {
    this.emission = emission;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Follows what a packet has changed: repeats what is shown to be lost, starts and stops timers.
   */
  public void follow(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    measure(stream, nowNanos);
    boolean advanced = retransmit.takeAdvanced();
    if (!needsTimer(stream)) {
      retransmit.stop();
      return;
    }
    if (isWindowOpen(stream)) {
      if (advanced) {
        boolean doubtful = retransmit.acknowledgedBeyond(stream.acknowledged());
        continueRetransmission(
            connection, direction, doubtful ? 1 : SEGMENTS_PER_ACK, nowNanos, output);
      }
      retransmitLost(connection, direction, nowNanos, output);
    }
    retransmit.start(nowNanos, firstTimeoutNanos(stream));
    if (advanced || (isWindowOpen(stream) && retransmit.takeWindowProbed())) {
      stream.receiver().rtt().endBackOff();
      retransmit.restart(nowNanos, firstTimeoutNanos(stream));
    }
  }

  /** The same for a stream that is owed nothing and gets nothing but what its sender sends. */
  public void followPlain(Stream stream, long nowNanos) {
    measure(stream, nowNanos);
    stream.receiver().retransmit().clearAdvanced();
  }

  /** How long to wait for an answer of the receiver the first time. */
  private static long firstTimeoutNanos(Stream stream) {
    long inFlight = stream.releasedEnd() - stream.acknowledged();
    boolean single = inFlight <= stream.receiver().mssBytes();
    return isWindowOpen(stream)
        ? stream.receiver().rtt().probeTimeoutNanos(single)
        : stream.receiver().rtt().rtoNanos();
  }

  private static boolean isWindowOpen(Stream stream) {
    return stream.receiver().sendWindow().rightEdge() > stream.acknowledged();
  }

  /** When the timer or the patience with a silent receiver runs out. */
  public long dueNanos(Stream stream) {
    RetransmitState retransmit = stream.receiver().retransmit();
    return retransmit.isWaiting() && ownsUnacknowledged(stream)
        ? Math.min(retransmit.deadlineNanos(), retransmit.silentUntilNanos(GIVE_UP_NANOS))
        : retransmit.deadlineNanos();
  }

  /** The path does not carry what was sent at {@code newStart}: what is owed is cut anew. */
  public void onSmallerPath(
      Connection connection,
      Direction direction,
      long newStart,
      long nowNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    if (nextRetransmittable(stream, newStart) >= 0) {
      stream.receiver().retransmit().beginRetransmission(newStart, stream.releasedEnd());
      continueRetransmission(connection, direction, SEGMENTS_PER_ACK, nowNanos, output);
    }
  }

  /** The timer has run out, if it has: one segment, or a probe into a closed window. */
  public void onTimer(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    if (ownsUnacknowledged(stream) && retransmit.silentUntilNanos(GIVE_UP_NANOS) <= nowNanos) {
      giveUp(connection, stream);
      return;
    }
    if (retransmit.deadlineNanos() > nowNanos) {
      return;
    }
    boolean first = retransmit.expire() == 1;
    if (isWindowOpen(stream) && nextRetransmittable(stream, stream.acknowledged()) >= 0) {
      if (!first || !stream.receiver().rtt().isMeasured()) {
        stream.receiver().rtt().backOff();
        retransmit.windowBytes(stream.receiver().mssBytes());
        stream.receiver().scoreboard().forgetReports();
      }
      retransmit.beginRetransmission(stream.acknowledged(), stream.releasedEnd());
      continueRetransmission(connection, direction, 1, nowNanos, output);
    } else {
      probe(connection, direction, nowNanos, output);
    }
    retransmit.restart(nowNanos, stream.receiver().rtt().rtoNanos());
  }

  private void giveUp(Connection connection, Stream stream) {
    long ownedBytes = stream.newOwned() - stream.acknowledged();
    counters.count(Reason.CUSTODY_EXPIRED);
    events.event(
        Reason.CUSTODY_EXPIRED, connection.name(), "receiver is silent ownedBytes=" + ownedBytes);
    connection.wantReset(Reason.CUSTODY_EXPIRED);
  }

  /** Asks a closed window whether it has opened, ever less often; nothing is lost by that. */
  private void probe(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    counters.count(Reason.ZERO_WINDOW);
    stream.receiver().rtt().backOff();
    stream.receiver().retransmit().windowProbed();
    emission.probe(connection, direction, nowNanos, output);
    stream.receiver().retransmit().expectOwnAck(nowNanos + stream.receiver().rtt().rtoNanos());
  }

  private static boolean ownsUnacknowledged(Stream stream) {
    return stream.newOwned() > stream.acknowledged();
  }

  /**
   * Whether an acknowledgement of the receiver without news for the sender is about octets the
   * engine owes, or about a window that only the engine sees.
   */
  public boolean consumeOwnDuplicate(Stream stream, boolean windowMoved, long nowNanos) {
    RetransmitState retransmit = stream.receiver().retransmit();
    if (windowMoved || retransmit.takeOwnAck(nowNanos)) {
      return true;
    }
    long acknowledged = stream.acknowledged();
    boolean owned = stream.newOwned() > acknowledged && stream.releasedEnd() > acknowledged;
    if (owned) {
      retransmit.countDuplicateAck();
    }
    return owned;
  }

  private static void measure(Stream stream, long nowNanos) {
    long released = stream.releasedEnd();
    if (stream.receiver().retransmit().swapReleased(released) < released) {
      stream.receiver().rtt().sent(released, nowNanos);
    }
  }

  /** Whether anything that was released is to be repeated one day, or owned octets wait. */
  private static boolean needsTimer(Stream stream) {
    if (!stream.hasOwned()) {
      return false;
    }
    long released = stream.releasedEnd();
    long acknowledged = stream.acknowledged();
    boolean waits =
        stream.newOwned() > released && released >= stream.receiver().sendWindow().rightEdge();
    boolean closed = released > acknowledged && !isWindowOpen(stream);
    return waits
        || closed
        || (released > acknowledged && nextRetransmittable(stream, acknowledged) >= 0);
  }

  /** After a timeout: the next segments of what was in flight then. */
  private void continueRetransmission(
      Connection connection,
      Direction direction,
      int segments,
      long nowNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < segments && retransmit.retransmitNext() != Long.MAX_VALUE; i++) {
      long start =
          nextRetransmittable(stream, Math.max(retransmit.retransmitNext(), stream.acknowledged()));
      if (start < 0 || start >= retransmit.retransmitEnd()) {
        retransmit.retransmittedTo(retransmit.retransmitEnd());
        return;
      }
      retransmit.retransmittedTo(send(connection, direction, start, nowNanos, output));
    }
  }

  /** What the receiver's reports or duplicates show to be lost, each once. */
  private void retransmitLost(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < SEGMENTS_PER_ACK; i++) {
      long start =
          nextRetransmittable(stream, Math.max(retransmit.lossNext(), stream.acknowledged()));
      if (start < 0 || !isLost(stream, start)) {
        return;
      }
      retransmit.lossesRetransmittedTo(send(connection, direction, start, nowNanos, output));
    }
  }

  private static boolean isLost(Stream stream, long newStart) {
    RangeSet reported = stream.receiver().scoreboard().sacked();
    long enough = (DUPLICATE_THRESHOLD - 1L) * stream.receiver().mssBytes();
    boolean bySack = reported.lengthFrom(newStart) > enough;
    boolean byDuplicates =
        newStart == stream.acknowledged()
            && stream.receiver().retransmit().duplicateAcks() >= DUPLICATE_THRESHOLD;
    return bySack || byDuplicates;
  }

  private long send(
      Connection connection,
      Direction direction,
      long newStart,
      long nowNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    long maxEnd = newStart + emission.measurePieceBytes(stream);
    long newEnd = Math.min(retransmittableEnd(stream, newStart), maxEnd);
    counters.count(Reason.CUSTODY_REPEATED);
    stream.receiver().rtt().retransmitted(newStart);
    stream.receiver().scoreboard().retransmitted().add(newStart, newEnd);
    emission.repeat(connection, direction, newStart, newEnd, nowNanos, output);
    stream.receiver().retransmit().expectOwnAck(nowNanos + stream.receiver().rtt().rtoNanos());
    return newEnd;
  }

  /**
   * The first position from {@code newFrom} on that was released, that the receiver has not
   * reported, and that is owned or vouched; -1 if there is none.
   */
  private static long nextRetransmittable(Stream stream, long newFrom) {
    RangeSet reported = stream.receiver().scoreboard().sacked();
    long owned = stream.newOwned();
    long end = Math.min(stream.releasedEnd(), stream.receiver().sendWindow().rightEdge());
    long at = reported.firstOutside(newFrom);
    while (at < end) {
      long candidate = at < owned ? at : nextVouched(stream, at);
      if (candidate == at) {
        return at;
      }
      at = candidate == Long.MAX_VALUE ? candidate : reported.firstOutside(candidate);
    }
    return -1;
  }

  /** The first vouched position from {@code newFrom} on; {@link Long#MAX_VALUE} if none. */
  private static long nextVouched(Stream stream, long newFrom) {
    RangeSet vouched = stream.sender().custody().vouched();
    for (int i = 0; i < vouched.size(); i++) {
      if (vouched.start(i) < stream.decided()
          && stream.edits().map().dataEnd(vouched.end(i)) > newFrom) {
        return Math.max(newFrom, stream.edits().map().dataStart(vouched.start(i)));
      }
    }
    return Long.MAX_VALUE;
  }

  /** Where the owed octets that {@code newStart} begins end. */
  private static long retransmittableEnd(Stream stream, long newStart) {
    long end = Math.min(stream.releasedEnd(), stream.receiver().sendWindow().rightEdge());
    end = Math.min(end, stream.receiver().scoreboard().sacked().nextStartAbove(newStart));
    return newStart < stream.newOwned()
        ? Math.min(end, stream.newOwned())
        : Math.min(end, vouchedEnd(stream, newStart));
  }

  private static long vouchedEnd(Stream stream, long newStart) {
    RangeSet vouched = stream.sender().custody().vouched();
    for (int i = 0; i < vouched.size(); i++) {
      long end = stream.edits().map().dataEnd(vouched.end(i));
      if (end > newStart) {
        return end;
      }
    }
    return newStart;
  }
}
