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
 * Withholds segments with an unusually low TTL (H-41). Such a segment may be an insertion that dies
 * before it reaches the receiver. Its octets count only after a second arrival; after a real route
 * change the sender retransmits them.
 *
 * <p>Nothing of a withheld segment is used, neither acknowledgement nor window, timestamp or FIN:
 * an attacker can forge them like the octets. The confirming copy carries them again. Segments
 * without new octets are not withheld, because they are not retransmitted. Opaque octets are not
 * withheld, because no agent sees them and they never become first copies.
 */
public final class HopLimitCheck {
  /*
   * New octets leave with the normal hop limit, so that the receiver gets what the agent saw. Other
   * segments leave at most with their own: in a routing loop the hop limit must keep falling.
   */
  private final boolean inline;
  private final int slack;
  private final Counters counters;
  private final EventSink events;

  public HopLimitCheck(EngineConfiguration configuration, Counters counters, EventSink events) {
    inline = configuration.vantage() == Vantage.INLINE;
    slack = configuration.limits().ttlSlack();
    this.counters = counters;
    this.events = events;
  }

  /** Whether the hop limit of a segment is the normal one, and no octets wait for a second copy. */
  public boolean isNormal(Segment segment) {
    Stream stream = segment.stream();
    return stream.headers().hopLimit().isAlways(segment.view().hopLimit())
        && stream.sender().unconfirmed().isEmpty();
  }

  /**
   * Whether a segment is withheld until its octets arrive again. If only its front was confirmed,
   * the segment is cut to the front, without a FIN.
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
      stream.sender().unconfirmed().freeBelow(stream.heldEnd());
    }
    if (!normal.isLow(hopLimit, slack)) {
      normal.observe(hopLimit);
      discardUnconfirmed(segment, stream, presentEnd(segment));
      return false;
    }
    if (!bringsNew(segment, stream)) {
      return false;
    }
    if (!inline) {
      counters.count(Reason.LOW_TTL);
      return false;
    }
    return !confirm(segment, stream, normal);
  }

  /** Gives a segment with new octets the normal hop limit of its end. */
  public void normalize(Segment segment) {
    NormalHopLimit normal = segment.stream().headers().hopLimit();
    if (normal.isBinding() && segment.hopLimit() != normal.value()) {
      segment.setHopLimit(normal.value());
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

  /** End of the octets that the capture contains. */
  private static long presentEnd(Segment segment) {
    long present = segment.orgStart() + segment.view().presentPayloadLength();
    return Math.min(segment.orgEnd(), present);
  }

  private static boolean isNewFin(Segment segment, Stream stream) {
    return segment.view().isFin()
        && !stream.edits().fin().isKnown()
        && segment.orgFin() >= stream.heldEnd();
  }

  private boolean confirm(Segment segment, Stream stream, NormalHopLimit normal) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    long from = newFrom(segment);
    long keptTo = kept.contiguousEnd(from, segment.orgEnd());
    boolean newFin = isNewFin(segment, stream);
    boolean finAgain = !newFin || kept.isFinAt(segment.orgFin());
    if (keptTo == segment.orgEnd() && finAgain) {
      discardUnconfirmed(segment, stream, keptTo);
      normal.confirmLower(segment.view().hopLimit());
      return true;
    }
    counters.count(Reason.LOW_TTL);
    discardUnconfirmed(segment, stream, segment.orgEnd());
    keep(segment, stream, keptTo, newFin);
    if (keptTo == from) {
      return false;
    }
    segment.trimTo(keptTo);
    normal.confirmLower(segment.view().hopLimit());
    return true;
  }

  private static long newFrom(Segment segment) {
    return Math.min(segment.orgEnd(), segment.unheldStart());
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
      String text = "octets of a low hop limit are forgotten";
      counters.count(Reason.UNCONFIRMED_LIMIT);
      events.event(Reason.UNCONFIRMED_LIMIT, segment.connection().name(), text);
    }
  }

  /** Removes the unconfirmed copies of new octets up to {@code orgEnd}, because this copy wins. */
  private void discardUnconfirmed(Segment segment, Stream stream, long orgEnd) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    long from = newFrom(segment);
    if (kept.length() == 0 || from >= orgEnd) {
      return;
    }
    long offset = segment.memoryOffsetOf(from);
    // In a recording the kept copy is damaged, so it may differ.
    if (inline && !kept.agreesWith(from, segment.memory(), offset, (int) (orgEnd - from))) {
      String text = "octets of a low hop limit differ offset=" + from;
      counters.count(Reason.INCONSISTENT_RETRANSMISSION);
      events.event(Reason.INCONSISTENT_RETRANSMISSION, segment.connection().name(), text);
    }
    kept.remove(from, orgEnd);
  }
}
