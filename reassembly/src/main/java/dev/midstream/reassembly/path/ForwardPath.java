package dev.midstream.reassembly.path;

import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/** Chooses what leaves for a segment that was admitted and whose octets were shown. */
final class ForwardPath {
  private final boolean inline;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final Retransmitter retransmitter;
  private final ProbePath probing;

  ForwardPath(Stages stages, ProbePath probing) {
    this.probing = probing;
    inline = stages.configuration().vantage() == Vantage.INLINE;
    counters = stages.counters();
    headers = stages.headers();
    emission = stages.emission();
    retransmitter = stages.retransmitter();
  }

  /** What comes of a segment without payload. */
  Disposition sendEmpty(Segment segment, Stream stream) {
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    boolean bareFin = segment.view().isFin() && to == from && !stream.edits().fin().isPending(to);
    if (bareFin && stream.edits().fin().isReleased()) {
      counters.count(Reason.RETRANSMISSION);
    } else if (bareFin && !headers.isNews()) {
      return absorb();
    }
    if (to == from && !segment.view().isFin() && isForTheEngine(segment)) {
      return absorb();
    }
    return to > from || segment.view().isFin()
        ? emission.send(segment, from, to, false)
        : emission.sendAcknowledgement(segment);
  }

  /** Whether an acknowledgement tells of what only the engine knows. */
  private boolean isForTheEngine(Segment segment) {
    if (headers.isNews() || probing.isAnswer(segment)) {
      return false;
    }
    return headers.isAbsorbable()
        || (inline
            && headers.isDuplicate()
            && retransmitter.isOwnDuplicate(
                segment.reverse(), headers.isWindowMoved(), segment.nowNanos()));
  }

  private Disposition absorb() {
    counters.count(Reason.ABSORBED);
    return Disposition.TAKEN;
  }

  /**
   * Sends what is decided now. What was held before a segment that passes unchanged leaves apart
   * from it if they would not fit into one, and the segment from where it lies.
   *
   * @param unedited whether no command came of the segment
   */
  Disposition sendNext(
      Segment segment, Stream stream, long heldBefore, long releasedBefore, boolean unedited) {
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    boolean unchanged =
        unedited && segment.orgStart() == heldBefore && to == stream.newEnd() && inline;
    boolean whole =
        unchanged && stream.decided() == segment.orgEnd() && stream.releasedEnd() == releasedBefore;
    boolean same =
        unedited
            && segment.orgStart() == heldBefore
            && stream.edits().map().dataStart(heldBefore) == releasedBefore;
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, RetransmissionPath.repeatedFrom(segment, stream));
    }
    if (whole
        && !same
        && from < to - segment.length()
        && emission.leavesInParts(segment, from, to)) {
      emission.sendBefore(segment, from, to - segment.length());
      return emission.send(segment, to - segment.length(), to, true);
    }
    if (from >= to && !stream.edits().fin().isPending(to)) {
      if (stream.sender().undecided().length() == 0) {
        boolean waits = stream.newEnd() > stream.releasedEnd();
        counters.count(waits ? Reason.WINDOW_FULL : Reason.ABSORBED);
        if (inline && !waits) {
          stream
              .sender()
              .pendingAcks()
              .deleted(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
        }
      }
      return withhold(segment);
    }
    return emission.send(segment, from, to, same && to == stream.newEnd());
  }

  /** What was put in where new octets start has left already; repeated ones bring it again. */
  Disposition sendOpaque(Segment segment, Stream stream, long heldBefore) {
    long from = stream.edits().map().before(segment.orgStart());
    if (segment.orgStart() >= heldBefore) {
      long behind = Math.min(stream.releasedEnd(), stream.edits().map().after(segment.orgStart()));
      from = Math.max(from, behind);
    }
    long end = stream.edits().map().before(segment.orgEnd());
    if (end - from == segment.length()) {
      return emission.send(segment, from, end, true);
    }
    segment.cutToPresent();
    from = Math.max(from, stream.edits().firstCopies().freedBelow());
    long to = stream.edits().map().before(segment.orgEnd());
    Disposition disposition;
    if (from < to || segment.view().isRst()) {
      disposition = emission.send(segment, Math.min(from, to), to, false);
    } else {
      counters.count(Reason.BELOW_WINDOW);
      disposition = withhold(segment);
    }
    stream.receiver().releaseTo(end);
    return disposition;
  }

  /** The payload stays here; what the segment says about the other direction leaves at once. */
  Disposition withhold(Segment segment) {
    boolean told = headers.isNews() || probing.isAnswer(segment);
    return told ? emission.sendHeaders(segment) : Disposition.TAKEN;
  }
}
