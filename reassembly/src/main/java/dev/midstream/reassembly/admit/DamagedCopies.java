package dev.midstream.reassembly.admit;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.UnconfirmedOctets;
import dev.midstream.reassembly.stream.Stream;

/**
 * Withholds damaged segments of a recording, because their receiver dropped them. Their octets and
 * FIN are kept until another copy comes, or until the receiver's acknowledgement shows that it got
 * them after all. Nothing else of them is believed.
 *
 * <p>A wrong checksum alone proves no damage: captures of a sending host have checksums that its
 * hardware completes later. A segment is damaged if its end has sent right checksums.
 */
public final class DamagedCopies {
  /** Whether a segment with a wrong checksum is damaged; its octets are kept then. */
  public boolean withhold(Segment segment) {
    Stream stream = segment.stream();
    boolean damaged =
        stream.headers().hasRightChecksums() && !segment.view().isTcpChecksumUnfinished();
    if (damaged) {
      keep(segment, stream);
    }
    return damaged;
  }

  /**
   * Takes kept octets and a FIN that a segment acknowledges for delayed ones.
   *
   * @return whether anything was kept, acknowledged or not
   */
  public boolean confirm(Segment segment) {
    Stream acknowledged = segment.reverse();
    if (acknowledged.sender().unconfirmed().isEmpty() || !segment.view().isAck()) {
      return false;
    }
    long orgAcknowledged =
        acknowledged.space().offsetOf(segment.view().acknowledgement(), acknowledged.heldEnd());
    confirmBelow(acknowledged, orgAcknowledged, segment.nowNanos());
    return true;
  }

  /** Takes the kept octets and FIN for delayed ones, unless another copy came. */
  private static void confirmBelow(Stream stream, long orgAcknowledged, long nowNanos) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    kept.freeBelow(stream.heldEnd());
    kept.moveTo(stream.sender().delayed(), orgAcknowledged);
    if (!stream.sender().delayed().isEmpty()) {
      stream.sender().noteSeen(stream.sender().delayed().lastEnd());
      stream.sender().waitTimes().noteGap(nowNanos);
    }
    if (kept.isFinBelow(orgAcknowledged)) {
      stream.acceptFin(kept.orgFin(), kept.orgFin());
    }
    kept.freeBelow(orgAcknowledged);
  }

  private static void keep(Segment segment, Stream stream) {
    UnconfirmedOctets kept = stream.sender().unconfirmed();
    kept.freeBelow(stream.heldEnd());
    if (segment.view().isFin()) {
      kept.keepFin(segment.orgFin());
    }
    long from = Math.min(segment.orgEnd(), segment.unheldStart());
    long offset = segment.memoryOffsetOf(from);
    int length = (int) (segment.orgEnd() - from);
    kept.keep(from, segment.memory(), offset, length, from <= stream.heldEnd());
  }
}
