package dev.midstream.wire.port;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * Converts between the virtio header of a frame and the checksum state and segment size of a {@link
 * Packet}. Reusable, not thread-safe.
 */
final class OffloadHeader {
  private static final int TCP_CHECKSUM = 16;
  private static final int TCP_DATA_OFFSET = 12;
  private static final int ETHERNET_TYPE = 12;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;

  /** IP and TCP headers together are not longer than this, unless there are extension headers. */
  private static final int USUAL_HEADER_BYTES = 120;

  private final FrameView view = new FrameView();

  /**
   * Sets the packet's offload fields from the header before it. A super-segment built by a network
   * card (LRO) may say nothing about its checksum, which is then that of a single segment; it
   * becomes partial as in other super-segments.
   */
  void read(Packet packet) {
    long at = packet.offset() - VirtioHeader.BYTES;
    MemorySegment memory = packet.memory();
    boolean partial = VirtioHeader.needsChecksum(memory, at);
    boolean pieces = VirtioHeader.isTcpSegmentation(memory, at);
    packet.offload(
        partial ? ChecksumState.PARTIAL : ChecksumState.COMPLETE,
        pieces ? VirtioHeader.gsoBytes(memory, at) : 0);
    if (pieces && !partial && view.read(packet) == FrameKind.TCP) {
      write(memory, at, packet);
      packet.offload(ChecksumState.PARTIAL, packet.gsoBytes());
    }
  }

  /**
   * Corrects the header of a packet that is forwarded in place: the box may have completed its
   * checksum, and its segments must fit the MTU of the outgoing interface.
   */
  void forward(Packet packet, int mtu) {
    long at = packet.offset() - VirtioHeader.BYTES;
    MemorySegment memory = packet.memory();
    boolean completed =
        packet.checksumState() == ChecksumState.COMPLETE && VirtioHeader.needsChecksum(memory, at);
    if (completed && packet.gsoBytes() == 0) {
      VirtioHeader.setChecksumComplete(memory, at);
    } else if (completed) {
      write(memory, at, packet);
    }
    if (packet.gsoBytes() + USUAL_HEADER_BYTES > mtu && packet.gsoBytes() > 0) {
      shorten(memory, at, packet.linkType(), mtu);
    }
  }

  /** Writes the header of a packet that the box emits, {@link VirtioHeader#BYTES} before it. */
  void emit(Packet packet, int mtu) {
    long at = packet.offset() - VirtioHeader.BYTES;
    MemorySegment memory = packet.memory();
    VirtioHeader.clear(memory, at);
    boolean plain = packet.checksumState() == ChecksumState.COMPLETE && packet.gsoBytes() == 0;
    if (!plain) {
      write(memory, at, packet);
    }
    if (packet.gsoBytes() > 0) {
      shorten(memory, at, packet.linkType(), mtu);
    }
  }

  /** A packet whose headers cannot be read keeps a clear header: it needs no offload. */
  private void write(MemorySegment memory, long at, Packet packet) {
    VirtioHeader.clear(memory, at);
    if (view.read(packet) != FrameKind.TCP) {
      return;
    }
    int tcp = view.tcpOffset();
    if (packet.checksumState() == ChecksumState.COMPLETE) {
      putPseudoHeaderSum(memory, packet.offset() + tcp);
    }
    VirtioHeader.setChecksumPartial(memory, at, tcp, TCP_CHECKSUM);
    if (packet.gsoBytes() > 0 && view.payloadLength() > packet.gsoBytes()) {
      int type = view.ipVersion() == 4 ? VirtioHeader.GSO_TCP_IPV4 : VirtioHeader.GSO_TCP_IPV6;
      boolean reduced = (view.flags() & TcpFlags.CWR) != 0;
      VirtioHeader.setSegmentation(
          memory,
          at,
          reduced ? type | VirtioHeader.GSO_ECN : type,
          packet.gsoBytes(),
          view.payloadOffset());
    }
  }

  /** The kernel completes the checksum of every segment from the sum of the pseudo header. */
  private void putPseudoHeaderSum(MemorySegment memory, long tcpAt) {
    long sum =
        InternetChecksum.tcpPseudoHeader(
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationHigh(),
            view.destinationLow(),
            view.frameLength() - view.tcpOffset());
    putTwoOctets(memory, tcpAt + TCP_CHECKSUM, InternetChecksum.fold(sum));
  }

  /** Lowers the segment size to what the interface can carry; never below one octet. */
  private static void shorten(MemorySegment memory, long at, LinkType linkType, int mtu) {
    boolean isKnown =
        VirtioHeader.isTcpSegmentation(memory, at) && VirtioHeader.needsChecksum(memory, at);
    if (!isKnown) {
      return;
    }
    long frameAt = at + VirtioHeader.BYTES;
    int tcp = VirtioHeader.checksumStart(memory, at);
    int tcpHeaderLength = (octet(memory, frameAt + tcp + TCP_DATA_OFFSET) >>> 4) * 4;
    int headerLength = tcp + tcpHeaderLength - linkLength(memory, frameAt, linkType);
    int room = mtu - headerLength;
    if (room > 0 && VirtioHeader.gsoBytes(memory, at) > room) {
      VirtioHeader.gsoBytes(memory, at, room);
    }
  }

  private static int linkLength(MemorySegment memory, long frameAt, LinkType linkType) {
    if (linkType != LinkType.ETHERNET) {
      return 0;
    }
    int length = ETHERNET_BYTES;
    int type = twoOctets(memory, frameAt + ETHERNET_TYPE);
    while (VlanType.isTag(type) && length < 64) {
      type = twoOctets(memory, frameAt + length + 2);
      length += TAG_BYTES;
    }
    return length;
  }
}
