package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.admit.Admitted;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes a recorded RST that carries octets (RFC 1122 section 4.2.2.12 lets it): readers of captures
 * count them, so they are decided and released like any others. Their last piece is the RST.
 */
final class RecordedResetPath {
  private final HeaderRewrite headers;
  private final Admission admission;
  private final Delivery delivery;
  private final Emission emission;
  private final Remainder remainder;

  RecordedResetPath(Stages stages) {
    headers = stages.headers();
    admission = stages.admission();
    delivery = stages.delivery();
    emission = stages.emission();
    remainder = stages.remainder();
  }

  /**
   * Lets what the other end had said leave before a segment, if it carries octets to be decided.
   *
   * @return whether they are still to be decided then
   */
  boolean readies(Segment segment) {
    if (!isDecided(segment)) {
      return false;
    }
    delivery.flush(segment.connection(), segment.direction().opposite());
    remainder.sendAll(segment.connection(), segment.packet().timeNanos(), segment.output());
    return segment.connection().handling() == Handling.EDITED && isDecided(segment);
  }

  /** Whether somebody may look at a segment's octets, all before them being there. */
  private static boolean isDecided(Segment segment) {
    Stream stream = segment.stream();
    boolean behindEnd = stream.fin().isKnown() && segment.orgEnd() > stream.fin().orgFin();
    return segment.length() > 0
        && segment.orgStart() >= 0
        && segment.orgStart() <= stream.heldEnd()
        && !stream.opaque().isOpen()
        && !behindEnd
        && stream.headers().isTemplateKnown();
  }

  /** Takes a segment that {@link #readies} said yes to. */
  Disposition take(Segment segment) {
    Connection connection = segment.connection();
    Direction direction = segment.direction();
    Stream stream = segment.stream();
    headers.rewrite(segment);
    long heldBefore = stream.heldEnd();
    Admitted admitted = admission.admit(segment);
    if (admitted == Admitted.NEXT) {
      delivery.accept(segment, heldBefore);
    }
    deliverAll(connection, direction);
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    if (admitted != Admitted.NEXT && admitted != Admitted.DISPUTED) {
      emission.sendPending(connection, direction, segment.packet().timeNanos(), segment.output());
    }
    return remainder.sendAfter(segment, send(segment, stream, heldBefore));
  }

  /** The recorded receiver had got everything by the time the RST was recorded. */
  private void deliverAll(Connection connection, Direction direction) {
    while (delivery.acceptDelayed(connection, direction)) {
      // one view for each where segments are looked at singly
    }
    delivery.flush(connection, direction);
  }

  private Disposition send(Segment segment, Stream stream, long heldBefore) {
    long from = stream.releasedEnd();
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, Repetition.repeatedFrom(segment, stream));
    }
    long to = stream.newEnd();
    if (segment.orgEnd() <= heldBefore) {
      to = Math.min(stream.map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    }
    if (from < to) {
      return emission.send(segment, from, to, false);
    }
    long place = stream.map().before(segment.orgStart());
    return emission.send(segment, place, place, false);
  }
}
