package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.EditGuard;
import dev.midstream.reassembly.stream.Custody;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Decides when the engine acknowledges held octets itself: a sender that waits for an
 * acknowledgement (RFC 9293 section 3.7.4, Nagle) would never send the rest.
 */
public final class CustodyPolicy {
  private final Counters counters;
  private final EditGuard guard;

  /** {@code guard} is told before octets are acknowledged that their receiver lacks. */
  public CustodyPolicy(Counters counters, EditGuard guard) {
    this.counters = counters;
    this.guard = guard;
  }

  /**
   * When octets go into custody unless a packet comes first; {@link WaitTimes#NEVER} if none do.
   */
  public long dueNanos(Connection connection, Stream stream) {
    long dueNanos = Math.min(heldDueNanos(connection, stream), fillerDueNanos(stream));
    return Math.min(dueNanos, beyondDueNanos(connection, stream));
  }

  /**
   * When held octets have waited long enough: no longer than half of the hold time, because a
   * sender that waits for an acknowledgement is not silent.
   */
  private long heldDueNanos(Connection connection, Stream stream) {
    if (!canTakeHeld(connection, stream) || stream.sender().custody().awaitedEnd() >= end(stream)) {
      return WaitTimes.NEVER;
    }
    return afterDelay(connection, stream, stream.sender().waitTimes().unansweredSinceNanos());
  }

  private static long afterDelay(Connection connection, Stream stream, long sinceNanos) {
    long maxDelayNanos = connection.terms().holdNanos() / 2;
    long delayNanos = Math.min(maxDelayNanos, stream.receiver().rtt().custodyDelayNanos());
    return WaitTimes.after(sinceNanos, delayNanos);
  }

  /**
   * When octets that came beyond the receiver's edge have waited for it long enough, although they
   * are decided: the edge that their sender saw was not the receiver's (H-14).
   */
  private static long beyondDueNanos(Connection connection, Stream stream) {
    long sinceNanos = stream.sender().waitTimes().beyondSinceNanos();
    boolean waits =
        sinceNanos != WaitTimes.NEVER
            && stream.sender().custody().awaitedEnd() < end(stream)
            && canTake(connection, stream);
    return waits ? afterDelay(connection, stream, sinceNanos) : WaitTimes.NEVER;
  }

  private static long fillerDueNanos(Stream stream) {
    long sinceNanos = stream.sender().gapFill().sinceNanos();
    return stream.sender().custody().awaitedEnd() < fillerEnd(stream)
        ? WaitTimes.after(sinceNanos, stream.receiver().rtt().promptAckNanos())
        : WaitTimes.NEVER;
  }

  /**
   * Takes held octets into custody if they have waited long enough, or if the sender can send
   * nothing more before that.
   */
  public void takeDue(Connection connection, Stream stream, long nowNanos) {
    if (canTakeHeld(connection, stream)
        && (isWindowExhausted(stream) || heldDueNanos(connection, stream) <= nowNanos)) {
      take(connection, stream, end(stream));
    }
    takeBeyond(connection, stream, nowNanos);
    takeFiller(connection, stream, nowNanos);
    takeReported(connection, stream);
  }

  private void takeBeyond(Connection connection, Stream stream, long nowNanos) {
    boolean hasLeft = stream.newEnd() == stream.releasedEnd();
    boolean due = !hasLeft && beyondDueNanos(connection, stream) <= nowNanos;
    if (due) {
      take(connection, stream, end(stream));
    }
    if (due || hasLeft) {
      stream.sender().waitTimes().clearBeyond();
    }
  }

  /**
   * Takes octets up to the end of a filled gap into custody. A receiver acknowledges a segment that
   * fills a gap at once (RFC 5681 section 4.2). This receiver saw no gap and may delay its ACK, so
   * the engine acknowledges instead.
   */
  private void takeFiller(Connection connection, Stream stream, long nowNanos) {
    if (stream.sender().gapFill().sinceNanos() == WaitTimes.NEVER) {
      return;
    }
    if (fillerEnd(stream) <= stream.sender().advertised() || !isKept(stream)) {
      stream.sender().gapFill().stopTimer();
    } else if (fillerDueNanos(stream) <= nowNanos) {
      takeSent(connection, stream, fillerEnd(stream));
      stream.sender().gapFill().stopTimer();
    }
  }

  private static long fillerEnd(Stream stream) {
    return Math.min(stream.sender().gapFill().arrivedEnd(), end(stream));
  }

  /**
   * Takes reported octets into custody that follow what is acknowledged: those that the engine
   * reported itself, because the receiver may acknowledge them one by one, or wait for its
   * application, because it never saw the gap; and where the engine acknowledges, also those that
   * the receiver reported.
   */
  public void takeReported(Connection connection, Stream stream) {
    RangeSet vouched = stream.sender().custody().vouched();
    RangeSet sacked = stream.receiver().scoreboard().sacked();
    if ((vouched.isEmpty() && sacked.isEmpty()) || connection.isPickedUp() || !isKept(stream)) {
      return;
    }
    long acknowledged = stream.edits().fin().acknowledgement(stream.acknowledged());
    long edge = Math.max(stream.edits().custodyEnd(), acknowledged);
    boolean reported =
        vouched.firstOutside(edge) > edge
            || (stream.sender().custody().reaches(edge) && beyondSacked(stream, edge) > edge);
    if (reported) {
      take(connection, stream, edge);
    }
  }

  /**
   * {@code orgEnd}, or the end of the octets that the engine or the receiver reported by SACK and
   * that follow it: an acknowledgement that ends where a SACK block begins means that the block was
   * discarded (RFC 2018 section 8).
   */
  private static long beyondReported(Stream stream, long orgEnd) {
    RangeSet vouched = stream.sender().custody().vouched();
    long end = orgEnd;
    long before;
    do {
      before = end;
      end = beyondSacked(stream, Math.max(end, vouched.firstOutside(end)));
    } while (end > before);
    return end;
  }

  /** {@code orgEnd}, or the end of the range that the receiver reported and that covers it. */
  private static long beyondSacked(Stream stream, long orgEnd) {
    RangeSet sacked = stream.receiver().scoreboard().sacked();
    SackMap sack = stream.edits().sack();
    int next = firstMappedBeyond(sack, sacked, orgEnd);
    boolean covers = next < sacked.size() && sack.start(sacked.start(next), orgEnd) == orgEnd;
    return covers ? sack.end(sacked.end(next)) : orgEnd;
  }

  /** The first reported range whose original octets end beyond {@code orgPosition}. */
  private static int firstMappedBeyond(SackMap sack, RangeSet reported, long orgPosition) {
    int low = 0;
    int high = reported.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sack.end(reported.end(middle)) > orgPosition) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The sender retransmits held octets, so it assumes that they were lost. */
  public void onRetransmission(Connection connection, Stream stream) {
    if (canTakeHeld(connection, stream)) {
      take(connection, stream, end(stream));
    }
  }

  /**
   * The sender retransmits, for the second time, decided octets that wait for the receiver's
   * window, so it assumes that they were lost. The advertised right edge covered them. If the
   * window is not known, the receiver is asked first.
   */
  public void onWaitingRetransmission(Connection connection, Stream stream) {
    if (stream.receiver().inherited().isOpen()) {
      return;
    }
    boolean takes = stream.sender().custody().countWaitingRetransmission() > 1 && isKept(stream);
    if (takes && connection.resetReason() == null) {
      take(connection, stream, Math.min(stream.decided(), stream.sender().window().edge()));
    }
  }

  /**
   * The sender retransmits decided octets up to {@code orgEnd}, and their output is so long that
   * the engine retransmits it. Octets that leave for the first time now are not among them: the
   * receiver acknowledges those.
   */
  public void onLongRetransmission(Connection connection, Stream stream, long orgEnd) {
    if (isKept(stream) && connection.resetReason() == null) {
      OffsetMap map = stream.edits().map();
      long cut = map.up(Math.min(orgEnd, stream.decided()));
      long repeated = Math.min(cut, map.acknowledgement(stream.releasedEnd()));
      takeSent(connection, stream, Math.min(repeated, stream.sender().window().edge()));
    }
  }

  /**
   * More records are committed: octets that waited for them go into custody. Held octets that are
   * decided by then and have left do not: their receiver acknowledges them.
   */
  public void onCommitted(Connection connection, Stream stream) {
    Custody custody = stream.sender().custody();
    long awaited =
        hasLeft(stream, custody.awaitedEnd()) ? custody.awaitedSentEnd() : custody.awaitedEnd();
    long fillerEnd = stream.sender().gapFill().acknowledgedEnd(stream.acknowledged());
    long wanted = Math.min(Math.max(awaited, fillerEnd), end(stream));
    if (wanted > stream.sender().advertised() && isKept(stream)) {
      take(connection, stream, wanted);
    }
  }

  /** Whether all octets below {@code orgEnd} have left; what was put in after them may wait. */
  private static boolean hasLeft(Stream stream, long orgEnd) {
    OffsetMap map = stream.edits().map();
    return stream.decided() >= orgEnd && stream.releasedEnd() >= map.before(map.up(orgEnd));
  }

  /**
   * Takes octets up to {@code orgEnd} into custody, also if they leave before that is committed.
   */
  private void takeSent(Connection connection, Stream stream, long orgEnd) {
    take(connection, stream, orgEnd);
    stream.sender().custody().awaitSentCopy(orgEnd);
  }

  /** Takes octets from {@code orgFrom} on; the engine is no endpoint of a picked-up connection. */
  private void take(Connection connection, Stream stream, long orgFrom) {
    if (connection.isPickedUp()) {
      return;
    }
    long orgEnd = Math.max(orgFrom, Math.min(beyondReported(stream, orgFrom), end(stream)));
    long confirmed = stream.edits().commit().requestCustody(orgEnd);
    Custody custody = stream.sender().custody();
    boolean isCut = beyondReported(stream, confirmed) > confirmed;
    if (confirmed > stream.edits().custodyEnd() && !isCut) {
      guard.hold(connection);
      custody.advanceTo(confirmed);
      counters.count(Reason.CUSTODY);
    }
    if (confirmed < orgEnd && custody.awaitedEnd() < orgEnd) {
      custody.awaitCopy(orgEnd);
      counters.count(Reason.COPY_AWAITED);
    }
  }

  private boolean canTakeHeld(Connection connection, Stream stream) {
    return stream.sender().undecided().length() > 0 && canTake(connection, stream);
  }

  private static boolean canTake(Connection connection, Stream stream) {
    return stream.edits().custodyEnd() < end(stream)
        && connection.isReadyForAgent()
        && !connection.isPickedUp()
        && isKept(stream);
  }

  /**
   * Opaque octets are not stored, so they cannot be taken into custody before they are
   * acknowledged.
   */
  private static boolean isKept(Stream stream) {
    return stream.edits().isKeptFrom(stream.acknowledged());
  }

  /** Whether the advertised window is full, or ends before what the agent needs. */
  private static boolean isWindowExhausted(Stream stream) {
    long edge = stream.sender().window().shownEdge();
    return stream.heldEnd() >= edge
        || stream.decided() + stream.sender().cursor().needLength() > edge;
  }

  private static long end(Stream stream) {
    return Math.min(stream.heldEnd(), stream.sender().window().edge());
  }
}
