package dev.midstream.reassembly.path;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.reassembly.admit.AcceptabilityCheck;
import dev.midstream.reassembly.admit.HopLimitCheck;
import dev.midstream.reassembly.deliver.Delivery;
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
import dev.midstream.wire.packet.Disposition;

/**
 * Header prediction for a connection at rest, in few steps: the next octets, if their segment
 * acknowledges and advertises what the one before it did; and the next ACK without octets. What
 * leaves and what is noted is the same as in {@link EditedPath}.
 */
final class PredictedPath {
  private final AcceptabilityCheck acceptability;
  private final HopLimitCheck hopLimits;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final EndpointDuties duties;
  private final Delivery delivery;
  private final ForwardPath forward;

  PredictedPath(
      Stages stages,
      ForwardPath forward,
      AcceptabilityCheck acceptability,
      HopLimitCheck hopLimits) {
    headers = stages.headers();
    emission = stages.emission();
    duties = stages.duties();
    delivery = stages.delivery();
    this.forward = forward;
    this.acceptability = acceptability;
    this.hopLimits = hopLimits;
  }

  /** Whether a segment may be as predicted: all but its numbers and its octets is. */
  boolean mayTake(Segment segment) {
    return duties.staysAtRest(segment.connection())
        && segment.view().options().hasOnlyTimestamps()
        && acceptability.isInOrder(segment)
        && hopLimits.isNormal(segment)
        && !isRecordDue(segment);
  }

  /**
   * Sends a segment in place that {@link #mayTake}, if it is as predicted and shown to no agent.
   *
   * @return whether it was sent; if not, nothing has changed
   */
  boolean send(Segment segment) {
    return segment.length() > 0 ? sendOctets(segment) : sendAcknowledgement(segment);
  }

  /**
   * Processes the headers of a segment that {@link #mayTake}, if it is as predicted and its octets
   * are to be shown to the agent, by {@link #show}.
   *
   * @return whether they were processed; if not, nothing has changed
   */
  boolean begin(Segment segment) {
    if (!isShownNext(segment) || !saysTheSame(segment) || !makeRoom(segment)) {
      return false;
    }
    rewrite(segment);
    return true;
  }

  /** Shows the octets of a segment after {@link #begin}, and sends what is decided. */
  Disposition show(Segment segment) {
    Stream stream = segment.stream();
    long releasedBefore = stream.releasedEnd();
    CommandList commands = stream.edits().commands();
    long offsetBefore = commands.offset();
    long editedBefore = commands.orgEnd();
    segment.setPredicted(true);
    delivery.accept(segment, segment.orgStart());
    boolean unedited = commands.orgEnd() == editedBefore && commands.offset() == offsetBefore;
    Disposition disposition =
        forward.sendNext(segment, stream, segment.orgStart(), releasedBefore, unedited);
    if (disposition == Disposition.FORWARD) {
      takeMark(segment);
    }
    return disposition;
  }

  private void rewrite(Segment segment) {
    acceptability.updateTsRecent(segment);
    headers.rewriteAsBefore(segment);
    capture(segment);
    segment.stream().sender().noteSeen(segment.orgEnd());
  }

  private boolean sendOctets(Segment segment) {
    if (!isOpaqueNext(segment) || !saysTheSame(segment)) {
      return false;
    }
    rewrite(segment);
    Stream stream = segment.stream();
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

  /**
   * Whether its octets are next, some of them the agent's to decide, and inside the window that
   * their sender was shown. Nothing beyond them was seen, and both ends are known here.
   */
  private static boolean isShownNext(Segment segment) {
    Stream stream = segment.stream();
    return segment.length() > 0
        && segment.orgStart() == stream.decided()
        && segment.orgStart() < stream.sender().window().edge()
        && stream.sender().orgSeenEnd() <= segment.orgStart()
        && !stream.edits().dropped().isOpen()
        && !stream.edits().opaque().covers(segment.orgStart(), segment.orgEnd())
        && isKnown(stream)
        && isKnown(segment.reverse());
  }

  private static boolean makeRoom(Segment segment) {
    return segment.stream().sender().account().makeRoomForNext(segment.length());
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
    takeMark(segment);
    segment.finish();
    segment.notePassedAtRest(true);
  }

  private static void takeMark(Segment segment) {
    EcnState ecn = segment.stream().headers().ecn();
    segment.editor().ecn(ecn.takeMark(segment.view().ecn()));
  }
}
