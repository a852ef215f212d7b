package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.admit.AdmissionVerdict;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/**
 * Processes a recorded RST. It may carry octets (RFC 1122 section 4.2.2.12). Readers of captures
 * count them, so they are decided and released like any others. Their last piece is the RST. Octets
 * delayed beyond missing opaque ones are sent after it.
 */
final class RecordedResetPath {
  private final Stages stages;
  private final ForwardPath forward;

  RecordedResetPath(Stages stages, ForwardPath forward) {
    this.stages = stages;
    this.forward = forward;
  }

  /** Processes a RST of a recorded connection with both streams. */
  Disposition process(Segment segment) {
    stages.counters().count(Reason.RESET);
    if (prepareOctets(segment)) {
      return processOctets(segment);
    }
    sendHeld(segment);
    stages.headers().rewrite(segment);
    segment.editor().sequence(segment.stream().space().sequenceOf(newPosition(segment)));
    segment.finish();
    return Disposition.FORWARD;
  }

  /** Processes a RST of a monitored connection. Inline one that is not exact ends nothing. */
  void processMonitored(Segment segment, MonitoredPath monitored) {
    Connection connection = segment.connection();
    if (stages.isInline() && connection.state() != ConnectionState.CLOSING) {
      stages.counters().count(Reason.RESET_INVALID);
      return;
    }
    stages.counters().count(Reason.RESET);
    if (!stages.isInline() && segment.length() > 0) {
      monitored.process(segment);
    }
    if (connection.hasStreams()) {
      flush(connection);
      monitored.drain(connection);
    }
  }

  /** Sends what is held: the recorded receiver had it when the RST was recorded. */
  private void sendHeld(Segment segment) {
    Connection connection = segment.connection();
    if (connection.hasStreams()) {
      flush(connection);
      stages.drain().sendAll(connection, segment.packet().timeNanos(), segment.output());
    }
  }

  private void flush(Connection connection) {
    for (Direction direction : Direction.BOTH) {
      stages.delivery().flush(connection, direction);
    }
  }

  /**
   * Sends what the other endpoint had sent before a RST that carries octets to decide.
   *
   * @return whether the octets are still to be decided afterwards
   */
  private boolean prepareOctets(Segment segment) {
    if (!isPlaceKnown(segment)) {
      return false;
    }
    stages.delivery().flush(segment.connection(), segment.direction().opposite());
    stages.drain().sendAll(segment.connection(), segment.packet().timeNanos(), segment.output());
    return segment.connection().handling() == Handling.EDITED && isPlaceKnown(segment);
  }

  /** Whether the octets of a segment can be decided: no octets before them are awaited. */
  private static boolean isPlaceKnown(Segment segment) {
    Stream stream = segment.stream();
    long orgReach =
        stream.edits().opaque().isOpen() ? stream.edits().opaque().end() : stream.heldEnd();
    boolean beyondFin =
        stream.edits().fin().isKnown() && segment.orgEnd() > stream.edits().fin().orgFin();
    return segment.length() > 0
        && segment.orgStart() >= 0
        && segment.orgStart() <= orgReach
        && !beyondFin
        && stream.headers().isTemplateKnown();
  }

  /** Processes a segment that {@link #prepareOctets} accepted. */
  private Disposition processOctets(Segment segment) {
    Connection connection = segment.connection();
    Direction direction = segment.direction();
    Stream stream = segment.stream();
    stages.headers().rewrite(segment);
    long heldBefore = stream.heldEnd();
    AdmissionVerdict verdict = stages.admission().admit(segment);
    if (verdict == AdmissionVerdict.OPAQUE) {
      stream.edits().opaque().skipTo(segment.orgEnd());
    } else if (verdict == AdmissionVerdict.NEXT) {
      stages.delivery().accept(segment, segment.unheldStart());
    }
    deliverAll(connection, direction);
    if (segment.view().isUrg()) {
      stages.headers().rewriteUrgent(segment);
    }
    if (verdict == AdmissionVerdict.OPAQUE) {
      return stages.drain().sendAfter(segment, forward.sendOpaque(segment, stream, heldBefore));
    }
    if (verdict != AdmissionVerdict.NEXT && verdict != AdmissionVerdict.DISPUTED) {
      long timeNanos = segment.packet().timeNanos();
      stages.emission().sendPending(connection, stream, timeNanos, segment.output());
    }
    return stages.drain().sendAfter(segment, send(segment, stream, heldBefore));
  }

  /**
   * Delivers everything: the recorded receiver had it when the RST was recorded. Octets beyond
   * missing opaque ones leave on their own.
   */
  private void deliverAll(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    DelayedSegments delayed = stream.sender().delayed();
    while (!delayed.isEmpty() && delayed.firstStart() <= stream.heldEnd()) {
      stages.delivery().acceptDelayed(connection, direction);
    }
    stages.delivery().flush(connection, direction);
  }

  private Disposition send(Segment segment, Stream stream, long heldBefore) {
    long from = stream.releasedEnd();
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, RetransmissionPath.retransmittedFrom(segment, stream));
    }
    long to = stream.newEnd();
    if (segment.orgEnd() <= heldBefore) {
      to = Math.min(stream.edits().map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    }
    if (from < to) {
      return stages.emission().send(segment, from, to, false);
    }
    boolean isKnown = segment.orgEnd() <= heldBefore;
    long newPosition = isKnown ? stream.edits().map().before(segment.orgStart()) : to;
    return stages.emission().send(segment, newPosition, newPosition, false);
  }

  private static long newPosition(Segment segment) {
    Stream stream = segment.stream();
    long beyond = segment.orgStart() - stream.decided();
    if (beyond >= 0) {
      return stream.newEnd() + beyond;
    }
    return stream.edits().map().before(segment.orgStart());
  }
}
