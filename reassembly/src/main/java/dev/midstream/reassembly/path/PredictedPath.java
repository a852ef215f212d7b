package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.reassembly.admit.AcceptabilityCheck;
import dev.midstream.reassembly.admit.HopLimitCheck;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.OpaqueSpan;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;

/**
 * Header prediction: sends the next opaque octets of a connection at rest in few steps, if their
 * segment acknowledges and advertises what the one before it did. What leaves and what is noted is
 * the same as in {@link EditedPath}.
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
    Connection connection = segment.connection();
    if (!duties.staysAtRest(connection)
        || !isOpaqueNext(segment)
        || !saysTheSame(segment)
        || !acceptability.isInOrder(segment)
        || !hopLimits.isNormal(segment)) {
      return false;
    }
    acceptability.updateTsRecent(segment);
    headers.rewriteAsBefore(segment);
    pass(segment, segment.stream());
    segment.finish();
    duties.performAtRest(segment.stream(), segment.nowNanos());
    segment.notePassedAtRest();
    return true;
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
        && segment.view().options().hasOnlyTimestamps()
        && segment.acknowledgement() == reverse.space().sequenceOf(window.acknowledged())
        && segment.stream()
            .headers()
            .isSaidAtRest(segment.acknowledgement(), segment.windowField(), reverse.newEnd());
  }

  private void pass(Segment segment, Stream stream) {
    SenderHeaders sender = stream.headers();
    EcnState ecn = sender.ecn();
    ecn.onSegment(segment.view().ecn());
    if (segment.packet().gsoBytes() > 0) {
      sender.noteSuperSegments();
    }
    sender.capture(segment.view(), segment.carriedBytes());
    stream.sender().noteSeen(segment.orgEnd());
    OffsetMap map = stream.edits().map();
    stream.edits().opaque().skipTo(segment.orgEnd());
    emission.send(segment, map.before(segment.orgStart()), map.before(segment.orgEnd()), true);
    segment.editor().ecn(ecn.takeMark(segment.view().ecn()));
  }
}
