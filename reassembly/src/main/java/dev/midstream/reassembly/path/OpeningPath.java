package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Processes the SYNs of an inspected connection. They pass with their own numbers. The SYN of an
 * edited connection leaves without its octets. Inline these are not kept: the server takes the SYN
 * only, and the client retransmits them. A FIN is taken off too, because it must not precede the
 * octets. A recorded client does not retransmit: its octets are held, and decided when the
 * handshake is complete.
 */
final class OpeningPath {
  private final Stages stages;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder;

  OpeningPath(Stages stages) {
    this.stages = stages;
    builder = stages.builders().segments();
  }

  /** Processes a SYN before the SYN of the other endpoint was seen. */
  Disposition processFirstSyn(Segment segment) {
    segment.editor().edit(segment.view());
    stages.headers().stripMultipath(segment);
    stages.headers().takeSynTimestamps(segment);
    return forwardSyn(segment);
  }

  /** Stores the octets of a monitored connection's SYN, which passes with them. */
  Disposition storeFirstSyn(Segment segment) {
    if (isNew(segment)) {
      storeOctets(segment);
    }
    return Disposition.FORWARD;
  }

  /** Processes a SYN, SYN-ACK or retransmitted SYN of a connection with both streams. */
  Disposition processSyn(Segment segment) {
    stages.headers().rewrite(segment);
    Disposition disposition = forwardSyn(segment);
    Stream reverse = segment.reverse();
    if (segment.view().isAck()) {
      reverse.headers().requireSynAckAnswer();
    }
    if (reverse.receiver().sendWindow().orgAcknowledged() > reverse.decided()) {
      // The recorded server acknowledged octets on the SYN, so they are not retransmitted.
      segment.connection().enter(ConnectionState.ESTABLISHED);
      stages.delivery().resume(segment.connection(), segment.direction().opposite());
    }
    return stages.drain().sendAfter(segment, disposition);
  }

  /**
   * Processes a SYN that does not belong to the known connection of its endpoints. It passes
   * without its octets and FIN, which cannot be decided before the SYN is answered.
   */
  Disposition processCompeting(Segment segment) {
    segment.editor().edit(segment.view());
    stages.headers().stripMultipath(segment);
    segment.clearFin();
    return sendWithout(segment, segment.view().payloadLength());
  }

  private Disposition forwardSyn(Segment segment) {
    Stream stream = segment.stream();
    if (stages.isInline()) {
      stream.sender().noteSeen(segment.orgEnd());
    } else if (isNew(segment) && !storeOctets(segment)) {
      segment.finish();
      return Disposition.FORWARD;
    }
    stream.receiver().rtt().onSynSent(segment.view().isAck(), segment.nowNanos());
    if (stages.isInline()) {
      segment.clearFin();
    }
    stream.headers().capture(segment.view(), segment.carriedBytes());
    return sendWithout(segment, segment.length());
  }

  /** Sends a SYN without its {@code octets}; as it is without any, or with too long headers. */
  private Disposition sendWithout(Segment segment, int octets) {
    if (octets == 0 || !template.capture(segment.view())) {
      segment.finish();
      return Disposition.FORWARD;
    }
    builder.from(template).leg(template.leg().opposite());
    segment.output().emit(builder.build(segment.packet().timeNanos()));
    return Disposition.TAKEN;
  }

  private static boolean isNew(Segment segment) {
    return segment.stream().heldEnd() == 0
        && segment.orgStart() == 0
        && segment.length() > 0
        && segment.view().presentPayloadLength() > 0;
  }

  /**
   * Stores the octets of a SYN. Without room for them the connection passes uninspected.
   *
   * @return whether there was room
   */
  private boolean storeOctets(Segment segment) {
    Stream stream = segment.stream();
    int length = segment.view().presentPayloadLength();
    if (!stages.admission().hasRoomForSyn(length)) {
      stages.counters().count(Reason.TOTAL_LIMIT);
      String name = segment.connection().name();
      stages.events().event(Reason.TOTAL_LIMIT, name, "no room for the octets of a SYN");
      segment.connection().leaveUntouched();
      return false;
    }
    stream.sender().noteSeen(segment.orgEnd());
    stream.sender().hold(segment.memory(), segment.memoryOffsetOf(0), length);
    return true;
  }
}
