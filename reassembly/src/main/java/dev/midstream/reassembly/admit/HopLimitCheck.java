package dev.midstream.reassembly.admit;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.UnconfirmedOctets;
import dev.midstream.reassembly.stream.NormalHopLimit;
import dev.midstream.reassembly.stream.Stream;

/**
 * Whether a segment travelled as its end's segments normally do. One with a much lower hop limit
 * may be meant for the engine alone, to die before the receiver: its octets count only when they
 * come again, as they do if a route change made them look so.
 *
 * <p>A segment that waits for this is not believed in anything: neither its acknowledgement, nor
 * its window, time stamp or FIN is looked at, since whoever could have forged its octets could have
 * forged those. The copy that confirms it brings them again. Segments without new octets are
 * believed: there is nothing of them that could come again. So are opaque octets, which no agent
 * sees and which are never kept as first copies.
 */
public final class HopLimitCheck {
  /*
   * New octets leave with the normal hop limit, so that the receiver gets what the agent saw. Any
   * other segment leaves with no more than its own: the engine may stand in a routing loop, and a
   * packet that came round must go on losing hops.
   */
  private final boolean inline;
  private final int slack;
  private final Counters counters;
  private final EventSink events;

  /** A check that grants {@code configuration}'s slack. */
  public HopLimitCheck(EngineConfiguration configuration, Counters counters, EventSink events) {
    inline = configuration.vantage() == Vantage.INLINE;
    slack = configuration.limits().ttlSlack();
    this.counters = counters;
    this.events = events;
  }

  /**
   * Whether a segment goes no further until its octets come again. If only its front has come
   * before, the segment is cut to that, without a FIN.
   */
  public boolean filter(Segment segment) {
    Stream stream = segment.stream();
    NormalHopLimit normal = stream.headers().hopLimit();
    int hopLimit = segment.view().hopLimit();
    if (!normal.isKnown()) {
      normal.begin(hopLimit, inline);
      return false;
    }
    if (!stream.sender().unconfirmed().isEmpty()) {
      stream.sender().unconfirmed().forgetBelow(stream.heldEnd());
    }
    if (!normal.isLow(hopLimit, slack)) {
      normal.heard(hopLimit);
      settle(segment, stream, presentEnd(segment));
      return false;
    }
    if (!bringsNew(segment, stream)) {
      return false;
    }
    if (!inline) {
      counters.count(Reason.LOW_TTL);
      return false;
    }
    return !isConfirmed(segment, stream, normal);
  }

  /** Lets a segment whose octets are new leave with the normal hop limit of its end. */
  public void level(Segment segment) {
    NormalHopLimit normal = segment.stream().headers().hopLimit();
    if (normal.isBinding() && segment.hopLimit() != normal.value()) {
      segment.hopLimit(normal.value());
      segment.editor().hopLimit(normal.value());
    }
  }

  private static boolean bringsNew(Segment segment, Stream stream) {
    boolean whole = segment.view().presentPayloadLength() >= segment.length();
    boolean octets =
        segment.length() > 0
            && segment.orgEnd() > stream.heldEnd()
            && !stream.edits().opaque().covers(segment.orgStart(), segment.orgEnd());
    return whole && (octets || isNewFin(segment, stream));
  }

  /** Octets that a capture cut off cannot be compared. */
  private static long presentEnd(Segment segment) {
    long present = segment.orgStart() + segment.view().presentPayloadLength();
    return Math.min(segment.orgEnd(), present);
  }

  private static boolean isNewFin(Segment segment, Stream stream) {
    return segment.view().isFin() && !stream.edits().fin().isKnown();
  }

  private boolean isConfirmed(Segment segment, Stream stream, NormalHopLimit normal) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    long from = newFrom(segment, stream);
    long keptTo = kept.keptTo(from, segment.orgEnd());
    boolean newFin = isNewFin(segment, stream);
    boolean finAgain = !newFin || kept.isFinAt(segment.orgFin());
    if (keptTo == segment.orgEnd() && finAgain) {
      settle(segment, stream, keptTo);
      normal.confirmed(segment.view().hopLimit());
      return true;
    }
    counters.count(Reason.LOW_TTL);
    settle(segment, stream, segment.orgEnd());
    keep(segment, stream, keptTo, newFin);
    if (keptTo == from) {
      return false;
    }
    segment.cutTo(keptTo);
    normal.confirmed(segment.view().hopLimit());
    return true;
  }

  private static long newFrom(Segment segment, Stream stream) {
    return Math.min(segment.orgEnd(), Math.max(segment.orgStart(), stream.heldEnd()));
  }

  private void keep(Segment segment, Stream stream, long orgFrom, boolean newFin) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    if (newFin) {
      kept.keepFin(segment.orgFin());
    }
    long offset = segment.memoryOffsetOf(orgFrom);
    int length = (int) (segment.orgEnd() - orgFrom);
    boolean next = orgFrom <= stream.heldEnd();
    if (!kept.keep(orgFrom, segment.memory(), offset, length, next)) {
      counters.count(Reason.UNCONFIRMED_LIMIT);
      events.event(
          Reason.UNCONFIRMED_LIMIT,
          segment.connection().name(),
          "octets of a low hop limit are forgotten");
    }
  }

  /** Forgets what is kept of a segment's new octets up to {@code orgEnd}: this copy wins. */
  private void settle(Segment segment, Stream stream, long orgEnd) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    long from = newFrom(segment, stream);
    if (kept.length() == 0 || from >= orgEnd) {
      return;
    }
    long offset = segment.memoryOffsetOf(from);
    if (!kept.isSame(from, segment.memory(), offset, (int) (orgEnd - from))) {
      counters.count(Reason.INCONSISTENT_RETRANSMISSION);
      events.event(
          Reason.INCONSISTENT_RETRANSMISSION,
          segment.connection().name(),
          "octets of a low hop limit differ offset=" + from);
    }
    kept.forget(from, orgEnd);
  }
}
