package dev.midstream.reassembly.path;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.admit.AdmissionVerdict;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes a recorded RST that carries octets (RFC 1122 section 4.2.2.12 lets it): readers of captures
 * count them, so they are decided and released like any others. Their last piece is the RST; behind
 * it comes what waits for octets that are missing and that nobody wants to see.
 */
final class RecordedResetPath {
  private final Vantage vantage;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Admission admission;
  private final Delivery delivery;
  private final Emission emission;
  private final ForwardPath forward;
  private final OutputDrain drain;

  RecordedResetPath(Stages stages) {
    vantage = stages.configuration().vantage();
    counters = stages.counters();
    headers = stages.headers();
    admission = stages.admission();
    delivery = stages.delivery();
    emission = stages.emission();
    forward = new ForwardPath(stages);
    drain = stages.drain();
  }

  /** Takes a RST of a recorded connection with both streams. */
  Disposition take(Segment segment) {
    counters.count(Reason.RESET);
    if (readies(segment)) {
      return takeOctets(segment);
    }
    passHeld(segment);
    headers.rewrite(segment);
    segment.editor().sequence(segment.stream().space().sequenceOf(newPosition(segment)));
    segment.finish();
    return Disposition.FORWARD;
  }

  /** Follows a RST of a monitored connection. */
  void followMonitored(Segment segment, MonitoredPath monitored) {
    counters.count(Reason.RESET);
    Connection connection = segment.connection();
    if (vantage == Vantage.RECORDING && segment.length() > 0) {
      monitored.follow(segment);
    }
    if (connection.hasStreams()) {
      flush(connection);
      monitored.drain(connection);
    }
  }

  /** The recorded receiver had got what is held here by the time the RST was recorded. */
  private void passHeld(Segment segment) {
    Connection connection = segment.connection();
    if (connection.hasStreams()) {
      flush(connection);
      drain.sendAll(connection, segment.packet().timeNanos(), segment.output());
    }
  }

  private void flush(Connection connection) {
    for (Direction direction : Direction.BOTH) {
      delivery.flush(connection, direction);
    }
  }

  /**
   * Lets what the other end had said leave before a segment, if it carries octets to be decided.
   *
   * @return whether they are still to be decided then
   */
  private boolean readies(Segment segment) {
    if (!isDecided(segment)) {
      return false;
    }
    delivery.flush(segment.connection(), segment.direction().opposite());
    drain.sendAll(segment.connection(), segment.packet().timeNanos(), segment.output());
    return segment.connection().handling() == Handling.EDITED && isDecided(segment);
  }

  /** Whether a segment's octets have their place: all before them are there, or not waited for. */
  private static boolean isDecided(Segment segment) {
    Stream stream = segment.stream();
    long reach =
        stream.edits().opaque().isOpen() ? stream.edits().opaque().end() : stream.heldEnd();
    boolean behindEnd =
        stream.edits().fin().isKnown() && segment.orgEnd() > stream.edits().fin().orgFin();
    return segment.length() > 0
        && segment.orgStart() >= 0
        && segment.orgStart() <= reach
        && !behindEnd
        && stream.headers().isTemplateKnown();
  }

  /** Takes a segment that {@link #readies} said yes to. */
  private Disposition takeOctets(Segment segment) {
    Connection connection = segment.connection();
    Direction direction = segment.direction();
    Stream stream = segment.stream();
    headers.rewrite(segment);
    long heldBefore = stream.heldEnd();
    AdmissionVerdict admitted = admission.admit(segment);
    if (admitted == AdmissionVerdict.OPAQUE) {
      stream.edits().opaque().skipTo(segment.orgEnd());
    } else if (admitted == AdmissionVerdict.NEXT) {
      delivery.accept(segment, EditedPath.nextFrom(segment, stream));
    }
    deliverAll(connection, direction);
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    if (admitted == AdmissionVerdict.OPAQUE) {
      return drain.sendAfter(segment, forward.sendOpaque(segment, stream, heldBefore));
    }
    if (admitted != AdmissionVerdict.NEXT && admitted != AdmissionVerdict.DISPUTED) {
      emission.sendPending(connection, direction, segment.packet().timeNanos(), segment.output());
    }
    return drain.sendAfter(segment, send(segment, stream, heldBefore));
  }

  /**
   * The recorded receiver had got everything by the time the RST was recorded. What lies behind
   * opaque octets that are missing leaves by itself.
   */
  private void deliverAll(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    DelayedSegments delayed = stream.sender().delayed();
    while (!delayed.isEmpty() && delayed.firstStart() <= stream.heldEnd()) {
      delivery.acceptDelayed(connection, direction);
    }
    delivery.flush(connection, direction);
  }

  private Disposition send(Segment segment, Stream stream, long heldBefore) {
    long from = stream.releasedEnd();
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, RetransmissionPath.repeatedFrom(segment, stream));
    }
    long to = stream.newEnd();
    if (segment.orgEnd() <= heldBefore) {
      to = Math.min(stream.edits().map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    }
    if (from < to) {
      return emission.send(segment, from, to, false);
    }
    boolean isKnown = segment.orgEnd() <= heldBefore;
    long place = isKnown ? stream.edits().map().before(segment.orgStart()) : to;
    return emission.send(segment, place, place, false);
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
