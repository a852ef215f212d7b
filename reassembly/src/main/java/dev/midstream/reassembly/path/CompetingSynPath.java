package dev.midstream.reassembly.path;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.MultipathStrip;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Takes a SYN for ends that have a connection, which it is no part of. It passes as it is, without
 * the octets and the FIN it may carry: nobody can decide them before the SYN was answered.
 */
final class CompetingSynPath {
  private final MultipathStrip multipath;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  CompetingSynPath(Stages stages) {
    multipath = stages.headers().multipath();
  }

  Disposition take(Segment segment) {
    segment.editor().edit(segment.view());
    multipath.strip(segment);
    segment.takeFinOff();
    if (segment.view().payloadLength() == 0 || !template.capture(segment.view())) {
      segment.finish();
      return Disposition.FORWARD;
    }
    builder.from(template).leg(template.leg().opposite());
    segment.output().emit(builder.build(segment.packet().timeNanos()));
    return Disposition.TAKEN;
  }
}
