package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.admit.AdmissionVerdict;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.Stream;

/**
 * Shows the octets of a monitored connection to its agent and counts the edits that it would have
 * made. Never changes, delays or drops a packet (HDP-11).
 */
public final class MonitoredPath {
  private final Admission admission;
  private final Delivery delivery;

  MonitoredPath(Stages stages) {
    admission = stages.admission();
    delivery = stages.delivery();
  }

  /** Processes a segment of a connection that has both streams. */
  void process(Segment segment) {
    Stream stream = segment.stream();
    Stream reverse = segment.reverse();
    if (segment.view().isAck()) {
      long ack = reverse.space().offsetOf(segment.view().acknowledgement(), reverse.heldEnd());
      reverse.receiver().sendWindow().noteRecordedAck(ack);
    }
    long heldBefore = stream.heldEnd();
    AdmissionVerdict verdict = admission.admit(segment);
    if (isFin(segment, verdict)) {
      stream.acceptFin(segment.orgStart(), segment.orgEnd());
    }
    switch (verdict) {
      case NEXT, CUT -> delivery.accept(segment, segment.unheldStart());
      case OPAQUE -> stream.edits().opaque().skipTo(segment.orgEnd());
      case STRANDED -> stopMonitoring(segment.connection(), segment.direction(), Reason.GAP);
      case EMPTY, KNOWN, DELAYED, DISPUTED, REFUSED, NO_ROOM, BEYOND_END ->
          delivery.resume(segment.connection(), segment.direction());
    }
    if (stream.heldEnd() > heldBefore) {
      stream.sender().waitTimes().restartGap(segment.nowNanos());
    }
    if (stream.sender().undecided().length() > 0 && stream.sender().account().isOverShare()) {
      stopMonitoring(segment.connection(), segment.direction(), Reason.TOTAL_LIMIT);
    } else if (segment.connection().hasStreams()) {
      drain(segment.connection());
    }
  }

  private static boolean isFin(Segment segment, AdmissionVerdict verdict) {
    return segment.view().isFin() && verdict != AdmissionVerdict.REFUSED;
  }

  /** Stops monitoring one direction and frees its octets. Nothing has to be sent for them. */
  public void stopMonitoring(Connection connection, Direction direction, Reason reason) {
    Stream stream = connection.stream(direction);
    if (!stream.edits().opaque().isEndless()) {
      delivery
          .endOfEditing()
          .direction(connection, direction, reason, "stranded at offset=" + stream.heldEnd());
    }
    delivery.resume(connection, direction);
    stream.sender().delayed().free();
    stream.sender().waitTimes().clearGap();
    drain(connection);
  }

  public void drain(Connection connection) {
    boolean opaque = true;
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      release(connection, direction, stream);
      while (delivery.acceptDelayed(connection, direction)) {
        release(connection, direction, stream);
      }
      if (!stream.isGapOpen()) {
        stream.sender().waitTimes().clearGap();
      }
      if (stream.isComplete()) {
        connection.seen().markFinished(direction);
      }
      opaque &= stream.edits().opaque().isEndless();
    }
    if (opaque || connection.resetReason() != null) {
      connection.leaveUntouched();
    }
  }

  /** Releases opaque octets, and shows what was blocked because they had not been released. */
  private void release(Connection connection, Direction direction, Stream stream) {
    stream.receiver().releaseTo(stream.newEnd());
    delivery.resume(connection, direction);
  }
}
