package dev.midstream.testkit.sim.tcp;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FramePool;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** Builds the frames of one endpoint in pooled memory. */
final class SegmentComposer {
  private static final int TCP_BYTES = 20;

  private final FramePool pool;
  private final MemorySegment headers;
  private final boolean ipv4;
  private final int ipAt;
  private final int tcpAt;
  private final long addressSum;
  private int identification = 1;

  SegmentComposer(Ends ends, Direction direction, FramePool pool) {
    this.pool = pool;
    byte[] sample = new FrameBuilder(ends, direction).build();
    headers = MemorySegment.ofArray(sample);
    FrameView view = new FrameView();
    Packet packet = new Packet().at(headers, 0, sample.length);
    if (view.read(packet.from(LinkType.ETHERNET, Leg.INSIDE, 0, 0)) != FrameKind.TCP) {
      throw new IllegalArgumentException("no headers for ends=" + ends);
    }
    ipv4 = view.ipVersion() == 4;
    ipAt = view.ipOffset();
    tcpAt = view.tcpOffset();
    addressSum =
        InternetChecksum.tcpPseudoHeader(
            view.sourceHigh(), view.sourceLow(), view.destinationHigh(), view.destinationLow(), 0);
  }

  /**
   * A frame with these fields, options and {@code length} payload octets at {@code offset} of
   * {@code payload}.
   */
  Frame compose(
      int flags,
      int sequence,
      int acknowledgement,
      int window,
      OptionWriter options,
      MemorySegment payload,
      long offset,
      int length) {
    int headerBytes = TCP_BYTES + options.length();
    Frame frame = pool.acquire(tcpAt + headerBytes + length);
    MemorySegment memory = frame.memory();
    MemorySegment.copy(headers, 0, memory, 0, tcpAt + TCP_BYTES);
    putFourOctets(memory, tcpAt + 4, sequence);
    putFourOctets(memory, tcpAt + 8, acknowledgement);
    putTwoOctets(memory, tcpAt + 12, ((headerBytes / 4) << 12) | flags);
    putTwoOctets(memory, tcpAt + 14, window);
    MemorySegment.copy(options.octets(), 0, memory, tcpAt + TCP_BYTES, options.length());
    MemorySegment.copy(payload, offset, memory, tcpAt + headerBytes, length);
    complete(memory, headerBytes + length);
    return frame;
  }

  private void complete(MemorySegment memory, int segmentBytes) {
    putTwoOctets(memory, tcpAt + 16, 0);
    long sum = addressSum + segmentBytes + InternetChecksum.sum(memory, tcpAt, segmentBytes);
    putTwoOctets(memory, tcpAt + 16, InternetChecksum.checksum(sum));
    if (!ipv4) {
      putTwoOctets(memory, ipAt + 4, segmentBytes);
      return;
    }
    putTwoOctets(memory, ipAt + 2, tcpAt - ipAt + segmentBytes);
    putTwoOctets(memory, ipAt + 4, identification++);
    putTwoOctets(memory, ipAt + 10, 0);
    long header = InternetChecksum.sum(memory, ipAt, tcpAt - ipAt);
    putTwoOctets(memory, ipAt + 10, InternetChecksum.checksum(header));
  }
}
