package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.reassembly.admit.AcceptabilityCheck;
import dev.midstream.reassembly.admit.HopLimitCheck;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.OpaqueSpan;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;

/**
 * Header prediction for a connection at rest, in few steps: the next opaque octets, if their
 * segment acknowledges and advertises what the one before it did; and the next ACK without octets.
 * What leaves and what is noted is the same as in {@link EditedPath}.
 */
final class PredictedPath {
  private final AcceptabilityCheck acceptability;
  private final HopLimitCheck hopLimits;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final EndpointDuties duties;

  PredictedPath(
      AcceptabilityCheck acceptability,
      HopLimitCheck hopLimits,
      HeaderRewrite headers,
      Emission emission,
      EndpointDuties duties) {
    this.acceptability = acceptability;
    this.hopLimits = hopLimits;
    this.headers = headers;
    this.emission = emission;
    this.duties = duties;
  }

  /**
   * Sends a segment in place, if it is as predicted.
   *
   * @return whether it was sent; if not, nothing has changed
   */
  boolean send(Segment segment) {
    if (!duties.staysAtRest(segment.connection())
        || !segment.view().options().hasOnlyTimestamps()
        || !acceptability.isInOrder(segment)
        || !hopLimits.isNormal(segment)
        || isRecordDue(segment)) {
      return false;
    }
    return segment.length() > 0 ? sendOctets(segment) : sendAcknowledgement(segment);
  }

  private boolean sendOctets(Segment segment) {
    if (!isOpaqueNext(segment) || !saysTheSame(segment)) {
      return false;
    }
    acceptability.updateTsRecent(segment);
    headers.rewriteAsBefore(segment);
    Stream stream = segment.stream();
    capture(segment);
    stream.sender().noteSeen(segment.orgEnd());
    OffsetMap map = stream.edits().map();
    stream.edits().opaque().skipTo(segment.orgEnd());
    emission.send(segment, map.before(segment.orgStart()), map.before(segment.orgEnd()), true);
    finish(segment);
    duties.performAtRest(stream, segment.nowNanos());
    return true;
  }

  private boolean sendAcknowledgement(Segment segment) {
    Stream stream = segment.stream();
    Stream reverse = segment.reverse();
    long newPosition = reverse.space().offsetOf(segment.acknowledgement(), reverse.acknowledged());
    if (!isNextAck(segment, newPosition)) {
      return false;
    }
    acceptability.updateTsRecent(segment);
    headers.rewriteNext(segment, newPosition);
    reverse.receiver().probeAnswers().clear();
    capture(segment);
    segment.editor().sequence(stream.space().sequenceOf(stream.expectedNext()));
    finish(segment);
    duties.performAtRest(reverse, segment.nowNanos());
    return true;
  }

  /**
   * Whether an ACK has the next number of its end, and acknowledges more of what this engine has
   * sent, and what may be acknowledged to the other end. Each end is known here.
   */
  private static boolean isNextAck(Segment segment, long newPosition) {
    Stream stream = segment.stream();
    Stream reverse = segment.reverse();
    return segment.flags() == TcpFlags.ACK
        && segment.orgStart() == stream.decided()
        && segment.orgStart() <= stream.sender().window().edge()
        && newPosition > reverse.acknowledged()
        && newPosition <= reverse.releasedEnd()
        && isKnown(stream)
        && isKnown(reverse)
        && !segment.connection().isAccurateEcn()
        && reverse
            .edits()
            .commit()
            .isShowable(reverse.edits().map().acknowledgement(newPosition), newPosition);
  }

  /** Whether a record must be written for the position or the age of the last one alone. */
  private static boolean isRecordDue(Segment segment) {
    RecordMark mark = segment.connection().record();
    return mark != null
        && (mark.isOld(segment.nowNanos())
            || segment.stream().edits().commit().isPositionDue()
            || segment.reverse().edits().commit().isPositionDue());
  }

  private static boolean isKnown(Stream stream) {
    InheritedOutput inherited = stream.receiver().inherited();
    return !inherited.isWindowUnknown() && !inherited.isOpenSpan();
  }

  /** Whether its octets are next, all opaque, with more to come, and inside the window. */
  private static boolean isOpaqueNext(Segment segment) {
    Stream stream = segment.stream();
    OpaqueSpan opaque = stream.edits().opaque();
    return segment.length() > 0
        && segment.length() <= segment.pieceLimitBytes()
        && segment.orgStart() == stream.decided()
        && opaque.covers(segment.orgStart(), segment.orgEnd() + 1)
        && segment.orgStart() < stream.sender().window().edge()
        && stream.edits().map().before(segment.orgEnd())
            <= stream.receiver().sendWindow().rightEdge();
  }

  private static boolean saysTheSame(Segment segment) {
    Stream reverse = segment.reverse();
    SendWindow window = reverse.receiver().sendWindow();
    return (segment.flags() & ~TcpFlags.PSH) == TcpFlags.ACK
        && segment.acknowledgement() == reverse.space().sequenceOf(window.acknowledged())
        && segment.stream()
            .headers()
            .isSaidAtRest(segment.acknowledgement(), segment.windowField(), reverse.newEnd());
  }

  private static void capture(Segment segment) {
    SenderHeaders sender = segment.stream().headers();
    sender.ecn().onSegment(segment.view().ecn());
    if (segment.packet().gsoBytes() > 0) {
      sender.noteSuperSegments();
    }
    sender.capture(segment.view(), segment.carriedBytes());
  }

  private static void finish(Segment segment) {
    EcnState ecn = segment.stream().headers().ecn();
    segment.editor().ecn(ecn.takeMark(segment.view().ecn()));
    segment.finish();
    segment.notePassedAtRest(true);
  }
}
