package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.DatagramBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads a first fragment as if it were the whole datagram: it shows whose octets follow. */
final class FirstFragment {
  private static final int PROTOCOL_TCP = 6;
  private static final int TCP_BYTES = 20;
  private static final byte DATA_OFFSET_OF_20 = 0x50;

  /** Ports and sequence number: the least that a fragment which is not the last can hold. */
  private static final int LEAST_BYTES = 8;

  private final ReassemblyFilter wanted;
  private final DatagramBuilder datagram;
  private final FrameView view = new FrameView();
  private final MemorySegment blankHeader = MemorySegment.ofArray(new byte[TCP_BYTES]);

  /** What a first fragment shows. */
  enum Verdict {
    /** The connection may be changed. */
    WANTED,
    /** The connection is left alone, or it is none. */
    NOT_WANTED,
    /** The connection may be changed, but its TCP header is not all here (RFC 1858, RFC 7112). */
    TINY
  }

  FirstFragment(ReassemblyFilter wanted, DatagramBuilder datagram) {
    this.wanted = wanted;
    this.datagram = datagram;
    blankHeader.set(ValueLayout.JAVA_BYTE, 12, DATA_OFFSET_OF_20);
  }

  Verdict judge(FragmentView fragment) {
    int length = fragment.payloadLength();
    FrameKind kind = view.read(startOf(fragment, length).build(length));
    return switch (kind) {
      case TCP -> wanted.mayBeChanged(view) ? Verdict.WANTED : Verdict.NOT_WANTED;
      case NOT_OURS -> Verdict.NOT_WANTED;
      case FRAGMENT -> Verdict.TINY;
      case MALFORMED -> judgeByPorts(fragment);
    };
  }

  /** Without its whole header only the ports of a segment are sure. */
  private Verdict judgeByPorts(FragmentView fragment) {
    if (fragment.protocol() != PROTOCOL_TCP || fragment.payloadLength() < LEAST_BYTES) {
      return Verdict.TINY;
    }
    Packet ports =
        startOf(fragment, 0)
            .octets(blankHeader, 0, 0, TCP_BYTES)
            .octets(memory(fragment), offset(fragment), 0, LEAST_BYTES)
            .build(TCP_BYTES);
    boolean leftAlone = view.read(ports) == FrameKind.TCP && !wanted.mayBeChanged(view);
    return leftAlone ? Verdict.NOT_WANTED : Verdict.TINY;
  }

  private DatagramBuilder startOf(FragmentView fragment, int length) {
    return datagram.begin(fragment).octets(memory(fragment), offset(fragment), 0, length);
  }

  private static MemorySegment memory(FragmentView fragment) {
    return fragment.packet().memory();
  }

  private static long offset(FragmentView fragment) {
    return fragment.packet().offset() + fragment.payloadOffset();
  }
}
