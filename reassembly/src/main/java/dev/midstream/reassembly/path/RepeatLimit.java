package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.RetransmitState;
import dev.midstream.reassembly.stream.Stream;

/**
 * Limits how much one segment of a sender repeats, because an agent may have made much of few
 * octets. These go into custody, and the engine retransmits the rest as the receiver acknowledges.
 * If only what was inserted after them is too much, they leave without it.
 */
final class RepeatLimit {
  private final Emission emission;
  private final CustodyPolicy custody;
  private final EndpointDuties duties;

  RepeatLimit(Stages stages) {
    emission = stages.emission();
    custody = stages.custody();
    duties = stages.duties();
  }

  /**
   * Shortens [newFrom, newTo), which is to leave for a retransmitted segment.
   *
   * @return the new end; {@code newTo} if not too much would be repeated
   */
  long shorten(Segment segment, long newFrom, long newTo) {
    Stream stream = segment.stream();
    long repeatedEnd = Math.min(newTo, stream.releasedEnd());
    if (repeatedEnd - newFrom <= stream.receiver().mssBytes()
        || !duties.actsAsEndpoint(segment.connection())) {
      return newTo;
    }
    long end = newFrom + emission.updateBurstBytes(stream);
    if (repeatedEnd <= end) {
      return newTo;
    }
    long outputEnd = outputEnd(segment, stream);
    if (newFrom < outputEnd && outputEnd <= end) {
      return outputEnd;
    }
    custody.onLongRetransmission(segment.connection(), stream, segment.orgEnd());
    RetransmitState retransmit = stream.receiver().retransmit();
    long next = Math.min(retransmit.retransmitNext(), end);
    retransmit.beginRetransmission(next, stream.releasedEnd());
    return end;
  }

  /**
   * Where the output of the segment ends, without insertions after its last octet: these are the
   * engine's to retransmit once that is acknowledged.
   */
  private static long outputEnd(Segment segment, Stream stream) {
    OffsetMap map = stream.edits().map();
    return map.before(map.up(Math.min(segment.orgEnd(), stream.decided())));
  }
}
