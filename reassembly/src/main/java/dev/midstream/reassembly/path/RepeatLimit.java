package dev.midstream.reassembly.path;

import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.RetransmitState;
import dev.midstream.reassembly.stream.Stream;

/**
 * Limits how much one segment of a sender repeats, because an agent may have made much of few
 * octets. These go into custody, and the engine retransmits the rest as the receiver acknowledges.
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
    custody.onLongRetransmission(segment.connection(), stream, segment.orgEnd());
    RetransmitState retransmit = stream.receiver().retransmit();
    long next = Math.min(retransmit.retransmitNext(), end);
    retransmit.beginRetransmission(next, stream.releasedEnd());
    return end;
  }
}
