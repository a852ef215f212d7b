package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** Frames without a segment, as the kernel's program sees them. */
final class OtherFrame {
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int IPV4_BYTES = 20;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TYPE_VLAN = 0x8100;
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int GRE = 47;
  private static final int ESP = 50;
  private static final int SCTP = 132;

  private OtherFrame() {}

  /**
   * Whether a frame is for one other machine. Interfaces of this one have the address 0, as those
   * of the kernel's tests.
   */
  static boolean isForOthers(Packet packet) {
    if (packet.linkType() != LinkType.ETHERNET || packet.length() < ETHERNET_BYTES) {
      return false;
    }
    boolean isGroup = (octet(packet.memory(), packet.offset()) & 1) != 0;
    long end = packet.offset() + 6;
    for (long at = packet.offset(); at < end; at++) {
      if (octet(packet.memory(), at) != 0) {
        return !isGroup;
      }
    }
    return false;
  }

  /** Whether a frame has an IP packet, but no segment and no quote of one. */
  static boolean isOther(Packet packet) {
    MemorySegment memory = packet.memory();
    long ipAt = packet.offset() + ETHERNET_BYTES;
    if (packet.length() >= ETHERNET_BYTES + TAG_BYTES && twoOctets(memory, ipAt - 2) == TYPE_VLAN) {
      ipAt += TAG_BYTES;
    }
    if (packet.length() < ipAt - packet.offset() + IPV4_BYTES) {
      return false;
    }
    int type = twoOctets(memory, ipAt - 2);
    int version = octet(memory, ipAt) >> 4;
    if (type == TYPE_IPV4 && version == 4) {
      int protocol = octet(memory, ipAt + 9);
      return protocol != TCP && protocol != ICMP;
    }
    int next = octet(memory, ipAt + 6);
    return type == TYPE_IPV6
        && version == 6
        && (next == UDP || next == GRE || next == ESP || next == SCTP);
  }
}
