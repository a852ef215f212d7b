package dev.midstream.reassembly.path;

import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Takes the SYNs of an edited connection. They pass with the numbers they have; octets on them are
 * kept and decided once the handshake is complete, so the SYN leaves without them, and inline
 * without a FIN: no end may come before the octets.
 */
final class OpeningPath {
  private final boolean inline;
  private final HeaderRewrite headers;
  private final Delivery delivery;
  private final Emission emission;
  private final OutputDrain drain;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  OpeningPath(Stages stages) {
    inline = stages.configuration().vantage() == Vantage.INLINE;
    headers = stages.headers();
    delivery = stages.delivery();
    emission = stages.emission();
    drain = stages.drain();
  }

  /** Takes a SYN while the other end's was not seen. */
  Disposition takeFirstSyn(Segment segment) {
    segment.editor().edit(segment.view());
    headers.optionStrip().stripMultipath(segment);
    TcpOptionsView options = segment.view().options();
    SenderHeaders end = segment.stream().headers();
    if (options.hasTimestamps()) {
      end.updateTimestamps(options.timestampValue(), options.timestampEcho());
    }
    return leave(segment);
  }

  /** Keeps the octets of a monitored connection's SYN. */
  Disposition followFirstSyn(Segment segment) {
    keepOctets(segment);
    return Disposition.FORWARD;
  }

  /** Takes a SYN, SYN-ACK or repeated SYN of a connection with both streams. */
  Disposition takeSyn(Segment segment) {
    headers.rewrite(segment);
    Disposition disposition = leave(segment);
    Stream reverse = segment.reverse();
    if (reverse.receiver().sendWindow().orgAcknowledged() > reverse.decided()) {
      // A recorded server took octets on the SYN: nobody will repeat them.
      segment.connection().enter(ConnectionState.ESTABLISHED);
      delivery.resume(segment.connection(), segment.direction().opposite());
    }
    return drain.sendAfter(segment, disposition);
  }

  /**
   * Takes a SYN for ends that have a connection, of which it is no part. It passes as it is,
   * without the octets and the FIN that it may carry: they cannot be decided before the SYN is
   * answered.
   */
  Disposition takeCompeting(Segment segment) {
    segment.editor().edit(segment.view());
    headers.optionStrip().stripMultipath(segment);
    segment.clearFin();
    if (segment.view().payloadLength() == 0 || !template.capture(segment.view())) {
      segment.finish();
      return Disposition.FORWARD;
    }
    builder.from(template).leg(template.leg().opposite());
    segment.output().emit(builder.build(segment.packet().timeNanos()));
    return Disposition.TAKEN;
  }

  private Disposition leave(Segment segment) {
    Stream stream = segment.stream();
    keepOctets(segment);
    stream.receiver().rtt().synSent(segment.nowNanos());
    if (inline) {
      segment.clearFin();
    }
    boolean carriesOctets = segment.length() > 0;
    if (stream.headers().capture(segment.view(), segment.carriedBytes()) && carriesOctets) {
      return emission.sendSynWithoutOctets(segment);
    }
    segment.finish();
    return Disposition.FORWARD;
  }

  private static void keepOctets(Segment segment) {
    Stream stream = segment.stream();
    boolean first = stream.heldEnd() == 0 && segment.orgStart() == 0;
    if (first && segment.length() > 0 && segment.view().presentPayloadLength() > 0) {
      stream.sender().seen(segment.orgEnd());
      stream
          .sender()
          .undecided()
          .append(
              segment.memory(), segment.memoryOffsetOf(0), segment.view().presentPayloadLength());
    }
  }
}
