package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import org.jspecify.annotations.Nullable;

/** Chooses what leaves for a segment that was admitted and whose octets were shown. */
final class ForwardPath {
  private final boolean inline;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final Retransmitter retransmitter;

  ForwardPath(Stages stages) {
    inline = stages.configuration().vantage() == Vantage.INLINE;
    counters = stages.counters();
    headers = stages.headers();
    emission = stages.emission();
    retransmitter = stages.retransmitter();
  }

  /** What comes of a segment without payload. */
  Disposition sendEmpty(Segment segment, Stream stream) {
    emission.openWindow(segment.connection(), stream);
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    boolean bareFin = segment.view().isFin() && to == from && !stream.edits().fin().isPending(to);
    if (bareFin && stream.edits().fin().isReleased()) {
      counters.count(Reason.RETRANSMISSION);
    } else if (bareFin && !segment.advertisesMore()) {
      return absorb();
    }
    if (to == from && !segment.view().isFin() && absorbs(segment)) {
      return absorb();
    }
    return to > from || segment.view().isFin()
        ? emission.send(segment, from, to, false)
        : emission.sendAcknowledgement(segment);
  }

  /** Whether an acknowledgement tells of what only the engine knows. */
  private boolean absorbs(Segment segment) {
    if (segment.advertisesMore() || consumeProbe(segment)) {
      return false;
    }
    return segment.isForEngineOnly()
        || (inline
            && segment.isDuplicateAck()
            && retransmitter.consumeOwnDuplicate(
                segment.reverse(), segment.isWindowMoved(), segment.nowNanos()));
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
    emission.openWindow(segment.connection(), stream);
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
        && emission.measuresInParts(segment, from, to)) {
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
              .addDeleted(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
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
    boolean told = segment.advertisesMore() || consumeProbe(segment);
    return told ? emission.sendHeaders(segment) : Disposition.TAKEN;
  }

  /**
   * Takes an answer to what the sender of the other direction asked: any segment is one, for a
   * keep-alive only asks whether the other end is there.
   */
  private boolean consumeProbe(Segment segment) {
    return inline && segment.reverse().receiver().retransmit().takeProbeAnswer();
  }

  /** Why a segment is a probe that wants nothing but an answer; null if it is none. */
  @Nullable Reason probe(Segment segment) {
    if (isKeepAlive(segment)) {
      return Reason.KEEP_ALIVE;
    }
    return inline && isBeyondEdge(segment, segment.stream()) ? Reason.ZERO_WINDOW : null;
  }

  /** Asks the receiver where it stands, in place of a segment that only asks. */
  Disposition sendProbe(Segment segment) {
    Stream stream = segment.stream();
    long below = expected(stream) - 1;
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    stream.receiver().retransmit().probeForwarded();
    return emission.send(segment, below, below, false);
  }

  /** Octets that nobody asked for, and that did not come before. */
  private static boolean isBeyondEdge(Segment segment, Stream stream) {
    return !segment.connection().isPickedUp()
        && segment.orgStart() >= stream.decided()
        && ProbeRule.isBeyondEdge(
            segment.orgStart(), segment.length(), stream.sender().window().edge());
  }

  /** Octets below what the receiver has, sent to get an answer (RFC 9293 section 3.8.4). */
  private boolean isKeepAlive(Segment segment) {
    if (segment.view().isFin() || segment.view().isSyn()) {
      return false;
    }
    Stream stream = segment.stream();
    long shown =
        inline ? stream.sender().advertised() : stream.receiver().sendWindow().orgAcknowledged();
    boolean fits =
        inline
            ? segment.orgEnd() <= shown
            : segment.orgStart() == shown - 1 && segment.orgEnd() <= stream.heldEnd();
    return fits && ProbeRule.isKeepAlive(segment.orgStart(), segment.length(), shown);
  }

  /** The next number the receiver of {@code stream} expects, in new space. */
  private long expected(Stream stream) {
    return inline
        ? stream.acknowledged()
        : stream
            .edits()
            .fin()
            .acknowledgementForward(stream.receiver().sendWindow().orgAcknowledged());
  }
}
