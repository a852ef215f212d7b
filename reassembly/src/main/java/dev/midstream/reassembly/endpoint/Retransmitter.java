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
  private static final int DUPLICATES = 3;

  private static final int SEGMENTS_FOR_ANSWER = 2;

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
    if (!isOwing(stream)) {
      retransmit.stop();
      return;
    }
    if (isOpen(stream)) {
      if (advanced) {
        boolean doubtful = retransmit.acknowledgedBeyond(stream.acknowledged());
        repeatOn(connection, direction, doubtful ? 1 : SEGMENTS_FOR_ANSWER, nowNanos, output);
      }
      repeatLost(connection, direction, nowNanos, output);
    }
    retransmit.start(nowNanos, patienceNanos(stream));
    if (advanced || (isOpen(stream) && retransmit.takeProbed())) {
      stream.receiver().rtt().endBackOff();
      retransmit.restart(nowNanos, patienceNanos(stream));
    }
  }

  /** The same for a stream that is owed nothing and gets nothing but what its sender sends. */
  public void followPlain(Stream stream, long nowNanos) {
    measure(stream, nowNanos);
    stream.receiver().retransmit().clearAdvanced();
  }

  /** How long to wait for an answer of the receiver the first time. */
  private static long patienceNanos(Stream stream) {
    long inFlight = stream.releasedEnd() - stream.acknowledged();
    boolean single = inFlight <= stream.receiver().mssBytes();
    return isOpen(stream)
        ? stream.receiver().rtt().probeNanos(single)
        : stream.receiver().rtt().timeoutNanos();
  }

  private static boolean isOpen(Stream stream) {
    return stream.receiver().sendWindow().rightEdge() > stream.acknowledged();
  }

  /** When the timer or the patience with a silent receiver runs out. */
  public long dueNanos(Stream stream) {
    RetransmitState retransmit = stream.receiver().retransmit();
    return retransmit.isWaiting() && isOwned(stream)
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
    if (nextOwed(stream, newStart) >= 0) {
      stream.receiver().retransmit().repeat(newStart, stream.releasedEnd());
      repeatOn(connection, direction, SEGMENTS_FOR_ANSWER, nowNanos, output);
    }
  }

  /** The timer has run out, if it has: one segment, or a probe into a closed window. */
  public void onTimer(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    if (isOwned(stream) && retransmit.silentUntilNanos(GIVE_UP_NANOS) <= nowNanos) {
      giveUp(connection, stream);
      return;
    }
    if (retransmit.deadlineNanos() > nowNanos) {
      return;
    }
    boolean first = retransmit.expire() == 1;
    if (isOpen(stream) && nextOwed(stream, stream.acknowledged()) >= 0) {
      if (!first || !stream.receiver().rtt().isMeasured()) {
        stream.receiver().rtt().backOff();
        retransmit.windowBytes(stream.receiver().mssBytes());
        stream.receiver().scoreboard().forgetReports();
      }
      retransmit.repeat(stream.acknowledged(), stream.releasedEnd());
      repeatOn(connection, direction, 1, nowNanos, output);
    } else {
      probe(connection, direction, nowNanos, output);
    }
    retransmit.restart(nowNanos, stream.receiver().rtt().timeoutNanos());
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
    stream.receiver().retransmit().probed();
    emission.probe(connection, direction, nowNanos, output);
    stream.receiver().retransmit().expectEcho(nowNanos + stream.receiver().rtt().timeoutNanos());
  }

  private static boolean isOwned(Stream stream) {
    return stream.newOwned() > stream.acknowledged();
  }

  /**
   * Whether an acknowledgement of the receiver without news for the sender is about octets the
   * engine owes, or about a window that only the engine sees.
   */
  public boolean consumeOwnDuplicate(Stream stream, boolean windowMoved, long nowNanos) {
    RetransmitState retransmit = stream.receiver().retransmit();
    if (windowMoved || retransmit.takeEcho(nowNanos)) {
      return true;
    }
    long acknowledged = stream.acknowledged();
    boolean owned = stream.newOwned() > acknowledged && stream.releasedEnd() > acknowledged;
    if (owned) {
      retransmit.duplicate();
    }
    return owned;
  }

  private static void measure(Stream stream, long nowNanos) {
    long released = stream.releasedEnd();
    if (stream.receiver().retransmit().releasedBefore(released) < released) {
      stream.receiver().rtt().sent(released, nowNanos);
    }
  }

  /** Whether anything that was released is to be repeated one day, or owned octets wait. */
  private static boolean isOwing(Stream stream) {
    if (!stream.isOwing()) {
      return false;
    }
    long released = stream.releasedEnd();
    long acknowledged = stream.acknowledged();
    boolean waits =
        stream.newOwned() > released && released >= stream.receiver().sendWindow().rightEdge();
    boolean closed = released > acknowledged && !isOpen(stream);
    return waits || closed || (released > acknowledged && nextOwed(stream, acknowledged) >= 0);
  }

  /** After a timeout: the next segments of what was in flight then. */
  private void repeatOn(
      Connection connection,
      Direction direction,
      int segments,
      long nowNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < segments && retransmit.repeatNext() != Long.MAX_VALUE; i++) {
      long start = nextOwed(stream, Math.max(retransmit.repeatNext(), stream.acknowledged()));
      if (start < 0 || start >= retransmit.repeatEnd()) {
        retransmit.repeatedTo(retransmit.repeatEnd());
        return;
      }
      retransmit.repeatedTo(send(connection, direction, start, nowNanos, output));
    }
  }

  /** What the receiver's reports or duplicates show to be lost, each once. */
  private void repeatLost(
      Connection connection, Direction direction, long nowNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    RetransmitState retransmit = stream.receiver().retransmit();
    for (int i = 0; i < SEGMENTS_FOR_ANSWER; i++) {
      long start = nextOwed(stream, Math.max(retransmit.lostNext(), stream.acknowledged()));
      if (start < 0 || !isLost(stream, start)) {
        return;
      }
      retransmit.lostBefore(send(connection, direction, start, nowNanos, output));
    }
  }

  private static boolean isLost(Stream stream, long newStart) {
    RangeSet reported = stream.receiver().scoreboard().sacked();
    long enough = (DUPLICATES - 1L) * stream.receiver().mssBytes();
    boolean bySack = reported.lengthFrom(newStart) > enough;
    boolean byDuplicates =
        newStart == stream.acknowledged()
            && stream.receiver().retransmit().duplicates() >= DUPLICATES;
    return bySack || byDuplicates;
  }

  private long send(
      Connection connection,
      Direction direction,
      long newStart,
      long nowNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    long most = newStart + emission.measurePieceBytes(stream);
    long newEnd = Math.min(owedEnd(stream, newStart), most);
    counters.count(Reason.CUSTODY_REPEATED);
    stream.receiver().rtt().repeated(newStart);
    stream.receiver().scoreboard().retransmitted().add(newStart, newEnd);
    emission.repeat(connection, direction, newStart, newEnd, nowNanos, output);
    stream.receiver().retransmit().expectEcho(nowNanos + stream.receiver().rtt().timeoutNanos());
    return newEnd;
  }

  /**
   * The first position from {@code newFrom} on that was released, that the receiver has not
   * reported, and that is owned or vouched; -1 if there is none.
   */
  private static long nextOwed(Stream stream, long newFrom) {
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
  private static long owedEnd(Stream stream, long newStart) {
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
