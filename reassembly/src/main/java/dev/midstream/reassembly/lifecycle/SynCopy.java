package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** A copy of the headers of one SYN, as a record of the SYN cache holds them. */
final class SynCopy {
  private final MemorySegment memory = MemorySegment.ofArray(new byte[SynCache.MAX_HEADER_BYTES]);
  private final Packet packet = new Packet();
  private final FrameView view = new FrameView();
  private int length;
  private boolean unfit;

  /** Forgets the headers. */
  void clear() {
    length = 0;
    unfit = false;
  }

  /** Copies the headers of the segment in {@code syn}, unless a record cannot hold them. */
  void capture(FrameView syn) {
    Packet from = syn.packet();
    clear();
    if (syn.payloadOffset() > Math.min(SynCache.MAX_HEADER_BYTES, from.length())
        || from.interfaceId() != (from.interfaceId() & SynCache.MAX_NUMBER)) {
      unfit = true;
      return;
    }
    length = syn.payloadOffset();
    MemorySegment.copy(from.memory(), from.offset(), memory, 0, length);
    packet
        .at(memory, 0, length)
        .missing(SynCache.OMITTED_BYTES)
        .from(from.linkType(), from.leg(), from.interfaceId(), from.timeNanos())
        .offload(from.checksumState(), 0);
    unfit = view.read(packet) != FrameKind.TCP || view.payloadLength() != syn.payloadLength();
  }

  /** Whether headers were captured that a record can hold. */
  boolean isKnown() {
    return length > 0 && !unfit;
  }

  /**
   * Whether there were headers that a record cannot hold, or that cannot be read without the rest.
   */
  boolean isUnfit() {
    return unfit;
  }

  /** The captured headers as a packet without its payload. */
  Packet packet() {
    return packet;
  }

  /** The captured headers; valid while they are known. */
  FrameView view() {
    return view;
  }

  /** Octets of the captured headers. */
  int length() {
    return length;
  }
}
