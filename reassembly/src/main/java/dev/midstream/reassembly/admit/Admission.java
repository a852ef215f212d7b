package dev.midstream.reassembly.admit;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryAccount;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.OpaqueSpan;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Compares a segment [n, m) with x, the next octet in order (HDP-1), and accepts, delays or drops
 * it.
 */
public final class Admission {
  /** A sender that hears no ACK has timed out (RFC 6298 section 5.7). */
  private static final long UNHEARD_NANOS = 3_000_000_000L;

  private final EngineConfiguration configuration;
  private final MemoryBudget budget;
  private final Counters counters;
  private final EventSink events;

  public Admission(
      EngineConfiguration configuration, MemoryBudget budget, Counters counters, EventSink events) {
    this.configuration = configuration;
    this.budget = budget;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Admits the payload of a segment, which is no probe of the window. An out-of-order segment is
   * kept.
   */
  public AdmissionVerdict admit(Segment segment) {
    if (segment.length() == 0) {
      return AdmissionVerdict.EMPTY;
    }
    Stream stream = segment.stream();
    FinMap fin = stream.edits().fin();
    boolean beyondFin = fin.isKnown() && segment.orgEnd() > fin.orgFin();
    if (beyondFin && !admitBesideFin(segment, stream)) {
      boolean passes =
          isOriginalReceived(segment) && segment.orgStart() >= fin.orgFin() && fin.isSettled();
      counters.count(Reason.OUT_OF_WINDOW);
      return passes ? AdmissionVerdict.BEYOND_END : AdmissionVerdict.REFUSED;
    }
    stream.sender().noteSeen(segment.orgEnd());
    if (beyondFin && fin.isKnown()) {
      return admitBeyondWaitingFin(segment, stream);
    }
    return admitInOrder(segment, stream, stream.heldEnd());
  }

  /**
   * Passes opaque octets beyond a FIN that waits behind a gap, and delays others. D stays before
   * the FIN: no span skips the gap in front of it.
   */
  private AdmissionVerdict admitBeyondWaitingFin(Segment segment, Stream stream) {
    if (stream.edits().opaque().covers(segment.orgStart(), segment.orgEnd())) {
      return AdmissionVerdict.BEYOND_END;
    }
    segment.trimToPresent();
    return delayOrRefuse(segment, stream);
  }

  /**
   * Admits octets beyond a FIN that waits behind a gap: those at its number withdraw it, if they
   * are in order or the receiver got them; in a recording others wait beside it. Returns false for
   * the rest.
   */
  private boolean admitBesideFin(Segment segment, Stream stream) {
    if (!stream.isFinBeyondGap()) {
      return false;
    }
    boolean received = isOriginalReceived(segment);
    boolean atFin = segment.orgStart() <= stream.edits().fin().orgFin();
    boolean inOrder = segment.orgStart() <= stream.heldEnd();
    if (atFin && (inOrder || received)) {
      stream.edits().withdrawFin();
      return true;
    }
    return received;
  }

  /** Whether {@code bytes} of a SYN may be kept; inline only in a part of the memory. */
  public boolean hasRoomForSyn(long bytes) {
    return configuration.vantage() == Vantage.INLINE
        ? budget.hasRoomForSyn(bytes)
        : budget.hasRoomFor(0);
  }

  /** Passes opaque octets, takes the next ones, delays or refuses others. */
  private AdmissionVerdict admitInOrder(Segment segment, Stream stream, long next) {
    OpaqueSpan opaque = stream.edits().opaque();
    boolean waits = opaque.isOpen() && waits(segment, stream);
    if (opaque.covers(segment.orgStart(), segment.orgEnd()) && !waits) {
      return AdmissionVerdict.OPAQUE;
    }
    segment.trimToPresent();
    if (segment.orgEnd() <= next) {
      return admitKnown(segment, stream, segment.orgEnd());
    }
    if (segment.orgStart() > next && mayDropGap(segment, stream)) {
      return takeNext(segment, stream, segment.orgStart());
    }
    if (segment.orgStart() > next) {
      // In an opaque span, and at its end, the engine does not wait for missing octets.
      if (!opaque.isOpen() || segment.orgStart() > opaque.end()) {
        return delayOrRefuse(segment, stream);
      }
      return waits ? refuse(Reason.WINDOW_FULL) : takeNext(segment, stream, segment.orgStart());
    }
    if (segment.orgStart() < next) {
      admitKnown(segment, stream, next);
    }
    if (awaitsReceiver(segment, stream, segment.orgEnd() - next)) {
      stream.sender().waitTimes().noteUnheard(segment.orgEnd(), segment.nowNanos());
      return refuse(Reason.DELAY_LIMIT);
    }
    return takeWhatFits(segment, stream, next);
  }

  /** Takes the next octets as far as there is room for them. */
  private AdmissionVerdict takeWhatFits(Segment segment, Stream stream, long next) {
    long end = isOriginalReceived(segment) ? segment.orgEnd() : makeRoomNext(segment, stream, next);
    if (end == segment.orgEnd()) {
      return takeNext(segment, stream, next);
    }
    counters.count(Reason.TOTAL_LIMIT);
    reportLimit(segment, Reason.TOTAL_LIMIT);
    if (end <= next) {
      return AdmissionVerdict.NO_ROOM;
    }
    long wholeEnd = segment.orgEnd();
    segment.dropFrom(end);
    AdmissionVerdict verdict = takeNext(segment, stream, next);
    if (verdict != AdmissionVerdict.NEXT) {
      return verdict;
    }
    stream.sender().waitTimes().noteNextRefused(wholeEnd);
    return AdmissionVerdict.CUT;
  }

  /** Whether a recorded segment follows missing octets that are deleted unseen. */
  private boolean mayDropGap(Segment segment, Stream stream) {
    return stream.edits().dropped().isOpen()
        && segment.orgStart() <= stream.edits().dropped().end()
        && isOriginalReceived(segment);
  }

  /**
   * Whether {@code length} more octets must wait for the receiver of a picked-up stream, which may
   * be about to acknowledge others. A receiver that is not heard is taken for one that cannot be.
   */
  private boolean awaitsReceiver(Segment segment, Stream stream, long length) {
    if (!segment.connection().isPickedUp()
        || isOriginalReceived(segment)
        || stream.receiver().sendWindow().isPickedUpHeard()) {
      return false;
    }
    long kept = stream.edits().firstCopies().length();
    long sinceNanos = stream.sender().waitTimes().unheardSinceNanos();
    return kept > 0
        && kept + length > configuration.limits().delayedBytes()
        && segment.nowNanos() < WaitTimes.after(sinceNanos, UNHEARD_NANOS);
  }

  /** Takes new octets from {@code orgFrom}, unless they differ from delayed ones. */
  private AdmissionVerdict takeNext(Segment segment, Stream stream, long orgFrom) {
    if (!conflictsWithDelayed(segment, stream, orgFrom)) {
      return AdmissionVerdict.NEXT;
    }
    report(segment, Reason.INCONSISTENT_OVERLAP, "delayed octets differ offset=" + orgFrom);
    delay(segment, stream, orgFrom);
    return AdmissionVerdict.DISPUTED;
  }

  /**
   * Whether a segment that is next from {@code orgFrom} on disagrees with octets beyond a gap.
   * Those came first, and they may have been reported by SACK.
   */
  private static boolean conflictsWithDelayed(Segment segment, Stream stream, long orgFrom) {
    DelayedSegments delayed = stream.sender().delayed();
    if (delayed.isEmpty() || delayed.firstStart() >= segment.orgEnd()) {
      return false;
    }
    long offset = segment.memoryOffsetOf(orgFrom);
    int length = (int) (segment.orgEnd() - orgFrom);
    return !delayed.agreesWith(orgFrom, segment.memory(), offset, length);
  }

  /** Keeps the new octets of a segment; returns whether the octets kept before are the same. */
  private static boolean delay(Segment segment, Stream stream, long orgFrom) {
    long offset = segment.memoryOffsetOf(orgFrom);
    int length = (int) (segment.orgEnd() - orgFrom);
    boolean push = segment.view().isPsh();
    return stream.sender().delayed().add(orgFrom, segment.memory(), offset, length, push);
  }

  private void report(Segment segment, Reason reason, String text) {
    counters.count(reason);
    events.event(reason, segment.connection().name(), text);
  }

  /**
   * Makes room for a segment in order; returns the end of what finds room. Octets that are dropped
   * need none. Of a super-segment as many segments are accepted as there is room for. Without room
   * in the budget, one MSS is still accepted if no more is kept of the stream. The sender
   * retransmits the rest.
   */
  private static long makeRoomNext(Segment segment, Stream stream, long next) {
    int length = (int) (segment.orgEnd() - next);
    int dropped = stream.edits().dropped().covered(length);
    MemoryAccount account = stream.sender().account();
    if (dropped == length || account.makeRoomForNext(length - dropped)) {
      return segment.orgEnd();
    }
    long from = next + dropped;
    long whole = wholeEnd(segment, from + account.roomForNext());
    long end = whole > from && account.makeRoomForNext(whole - from) ? whole : from;
    long kept = stream.edits().firstCopies().length() + (long) stream.sender().undecided().length();
    int mss = Math.min(stream.receiver().mssBytes(), usualBytes(segment));
    return kept <= mss ? Math.max(end, leastEnd(segment, from, mss)) : end;
  }

  /** The end of the segments of one MSS from {@code from} on, or of a part of a larger one. */
  private static long leastEnd(Segment segment, long from, int mss) {
    long whole = wholeEnd(segment, from + mss);
    return whole > from ? whole : from + mss;
  }

  /** The end of the last of the segments on the wire that ends at {@code limit} or before. */
  private static long wholeEnd(Segment segment, long limit) {
    int gsoBytes = segment.packet().gsoBytes();
    int bytes = gsoBytes > 0 ? Math.min(gsoBytes, segment.length()) : segment.length();
    long end = segment.orgStart() + (limit - segment.orgStart()) / bytes * bytes;
    return limit >= segment.orgEnd() ? segment.orgEnd() : end;
  }

  /** A limit for segments whose MSS is unknown, because no SYN was seen. */
  private static int usualBytes(Segment segment) {
    return segment.connection().isPickedUp() ? MemoryBudget.USUAL_SEGMENT_BYTES : Integer.MAX_VALUE;
  }

  /**
   * Whether opaque octets would overtake waiting octets, or exceed the receiver's window, or are
   * not committed to be opaque.
   */
  private boolean waits(Segment segment, Stream stream) {
    long newEnd = stream.edits().map().before(segment.orgEnd());
    boolean bound = isBound(segment);
    return (bound && newEnd > stream.receiver().sendWindow().rightEdge())
        || ((bound || stream.edits().commit().isLimiting())
            && (stream.newEnd() > stream.releasedEnd()
                || newEnd > stream.edits().commit().releasableEnd()));
  }

  private boolean isBound(Segment segment) {
    return !isOriginalReceived(segment) && !segment.connection().isPickedUp();
  }

  private boolean isOriginalReceived(Segment segment) {
    return segment.connection().isOriginalReceived(configuration.vantage());
  }

  /**
   * Reports known octets up to {@code orgEnd} that differ from the first copies, and keeps those of
   * which no record was.
   */
  private AdmissionVerdict admitKnown(Segment segment, Stream stream, long orgEnd) {
    if (!RetransmissionCheck.isSameAsFirst(segment, stream, orgEnd)) {
      String text = "repeated octets differ offset=" + segment.orgStart();
      report(segment, Reason.INCONSISTENT_RETRANSMISSION, text);
    }
    long orgStart = segment.orgStart();
    long decidedEnd = Math.min(orgEnd, stream.decided());
    long offset = segment.memoryOffsetOf(orgStart);
    stream.edits().omitted().keep(orgStart, decidedEnd, segment.memory(), offset);
    return AdmissionVerdict.KNOWN;
  }

  /** Notes a gap, and keeps the segment after it if the policy and the limits allow it. */
  private AdmissionVerdict delayOrRefuse(Segment segment, Stream stream) {
    stream.sender().waitTimes().noteGap(segment.nowNanos());
    if (isDiscarded(segment)) {
      return refuse(Reason.OUT_OF_ORDER);
    }
    DelayedSegments delayed = stream.sender().delayed();
    long neededBytes = delayed.neededBytes(segment.orgStart(), segment.length());
    if (delayed.isCrowded(segment.orgStart(), segment.orgEnd())
        || delayed.chargedBytes() + neededBytes > configuration.limits().delayedBytes()) {
      return refuseForRoom(segment, Reason.DELAY_LIMIT);
    }
    if (!delayed.makeRoomFor(neededBytes)) {
      return refuseForRoom(segment, Reason.TOTAL_LIMIT);
    }
    if (delayed.isEmpty()) {
      stream.sender().waitTimes().restartGap(segment.nowNanos());
    }
    if (!delay(segment, stream, segment.orgStart())) {
      String text = "delayed octets differ offset=" + segment.orgStart();
      report(segment, Reason.INCONSISTENT_OVERLAP, text);
    }
    counters.count(Reason.DELAYED);
    return AdmissionVerdict.DELAYED;
  }

  /** Whether the policy drops out-of-order segments; never those that the receiver got. */
  private boolean isDiscarded(Segment segment) {
    return configuration.policies().outOfOrder() == Policies.OutOfOrder.DISCARD
        && !isOriginalReceived(segment);
  }

  /** Refuses a segment for lack of room. A recorded sender does not retransmit it. */
  private AdmissionVerdict refuseForRoom(Segment segment, Reason reason) {
    reportLimit(segment, reason);
    if (isOriginalReceived(segment)) {
      counters.count(reason);
      return AdmissionVerdict.STRANDED;
    }
    return refuse(reason);
  }

  private void reportLimit(Segment segment, Reason reason) {
    events.event(reason, segment.connection().name(), "no room for a segment");
  }

  private AdmissionVerdict refuse(Reason reason) {
    counters.count(reason);
    return AdmissionVerdict.REFUSED;
  }
}
