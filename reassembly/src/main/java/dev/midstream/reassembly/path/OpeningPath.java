package dev.midstream.reassembly.path;

import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Processes the SYNs of an edited connection. They pass with their own numbers. Their octets are
 * held and decided when the handshake is complete, so a SYN leaves without them. Inline it leaves
 * without a FIN too, because a FIN must not precede the octets.
 */
final class OpeningPath {
  private final Stages stages;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  OpeningPath(Stages stages) {
    this.stages = stages;
  }

  /** Processes a SYN before the SYN of the other endpoint was seen. */
  Disposition processFirstSyn(Segment segment) {
    segment.editor().edit(segment.view());
    stages.headers().stripMultipath(segment);
    TcpOptionsView options = segment.view().options();
    SenderHeaders senderHeaders = segment.stream().headers();
    if (options.hasTimestamps()) {
      senderHeaders.updateTimestamps(
          options.timestampValue(), options.timestampEcho(), segment.nowNanos());
    }
    return forwardSyn(segment);
  }

  /** Stores the octets of a monitored connection's SYN. */
  Disposition storeFirstSyn(Segment segment) {
    storeOctets(segment);
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
    if (segment.view().payloadLength() == 0 || !template.capture(segment.view())) {
      segment.finish();
      return Disposition.FORWARD;
    }
    builder.from(template).leg(template.leg().opposite());
    segment.output().emit(builder.build(segment.packet().timeNanos()));
    return Disposition.TAKEN;
  }

  private Disposition forwardSyn(Segment segment) {
    Stream stream = segment.stream();
    storeOctets(segment);
    stream.receiver().rtt().onSynSent(segment.nowNanos());
    if (stages.isInline()) {
      segment.clearFin();
    }
    boolean carriesOctets = segment.length() > 0;
    if (stream.headers().capture(segment.view(), segment.carriedBytes()) && carriesOctets) {
      return stages.emission().sendSynWithoutOctets(segment);
    }
    segment.finish();
    return Disposition.FORWARD;
  }

  private static void storeOctets(Segment segment) {
    Stream stream = segment.stream();
    boolean first = stream.heldEnd() == 0 && segment.orgStart() == 0;
    int length = segment.view().presentPayloadLength();
    if (first && segment.length() > 0 && length > 0) {
      stream.sender().noteSeen(segment.orgEnd());
      stream.sender().hold(segment.memory(), segment.memoryOffsetOf(0), length);
    }
  }
}
