package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.DatagramBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Classifies a datagram by its first fragment, which is read as if it were the whole datagram. */
final class FirstFragment {
  private static final int PROTOCOL_TCP = 6;
  private static final int TCP_HEADER_BYTES = 20;
  private static final byte DATA_OFFSET_OF_20 = 0x50;

  /** Ports and sequence number: the smallest payload of a fragment that is not the last one. */
  private static final int MIN_TCP_BYTES = 8;

  private final ReassemblyFilter filter;
  private final DatagramBuilder datagram;
  private final FrameView view = new FrameView();
  private final MemorySegment blankHeader = MemorySegment.ofArray(new byte[TCP_HEADER_BYTES]);

  /** What to do with the datagram of a first fragment. */
  enum Verdict {
    /** The connection may be changed, so the datagram must be reassembled. */
    REASSEMBLE,
    /** The packet is not TCP, or its connection is never changed. */
    PASS,
    /** The connection may be changed, but the TCP header is incomplete (RFC 1858, RFC 7112). */
    TINY
  }

  FirstFragment(ReassemblyFilter filter, DatagramBuilder datagram) {
    this.filter = filter;
    this.datagram = datagram;
    blankHeader.set(ValueLayout.JAVA_BYTE, 12, DATA_OFFSET_OF_20);
  }

  Verdict classify(FragmentView fragment) {
    int length = fragment.payloadLength();
    FrameKind kind = view.read(begin(fragment, length).build(length));
    return switch (kind) {
      case TCP -> filter.requiresReassembly(view) ? Verdict.REASSEMBLE : Verdict.PASS;
      case NOT_OURS -> Verdict.PASS;
      case FRAGMENT -> Verdict.TINY;
      case MALFORMED -> classifyByPorts(fragment);
    };
  }

  /** Reads an incomplete TCP header, of which only the ports can be trusted. */
  private Verdict classifyByPorts(FragmentView fragment) {
    if (fragment.protocol() != PROTOCOL_TCP || fragment.payloadLength() < MIN_TCP_BYTES) {
      return Verdict.TINY;
    }
    Packet ports =
        begin(fragment, 0)
            .octets(blankHeader, 0, 0, TCP_HEADER_BYTES)
            .octets(memory(fragment), offset(fragment), 0, MIN_TCP_BYTES)
            .build(TCP_HEADER_BYTES);
    boolean passes = view.read(ports) == FrameKind.TCP && !filter.requiresReassembly(view);
    return passes ? Verdict.PASS : Verdict.TINY;
  }

  /** Whether a later one could overwrite ports or flags of the first (RFC 1858, RFC 3128). */
  static boolean isOverwrittenBy(FragmentView later) {
    return later.start() > 0
        && later.start() < TCP_HEADER_BYTES
        && later.protocol() == PROTOCOL_TCP;
  }

  private DatagramBuilder begin(FragmentView fragment, int length) {
    return datagram.begin(fragment).octets(memory(fragment), offset(fragment), 0, length);
  }

  private static MemorySegment memory(FragmentView fragment) {
    return fragment.packet().memory();
  }

  private static long offset(FragmentView fragment) {
    return fragment.packet().offset() + fragment.payloadOffset();
  }
}
