package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;

import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A frame as an end of an adopted connection may have sent it. Reusable, not thread-safe. */
final class AdoptedFrame {
  private static final int LINK_BYTES = 12;
  private static final int MAX_BYTES = 128;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int VLAN_ID = 0xfff;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int TIMESTAMPS_BYTES = 12;
  private static final int TIMESTAMPS_START = 0x0101080a;
  private static final int TCP_PROTOCOL = 6;

  private final MemorySegment frame = Arena.ofAuto().allocate(MAX_BYTES, Long.BYTES);
  private final Packet packet = new Packet();

  /** Whether the addresses on the link are known. */
  static boolean hasLink(FlowEntry entry) {
    return entry.link().mismatch(MemorySegment.ofArray(new byte[LINK_BYTES])) >= 0;
  }

  /**
   * An empty segment of the sender of a direction, with its newest timestamps if it sends any,
   * valid until the next call; no checksum is set.
   */
  Packet of(FlowKey key, FlowEntry entry, int acknowledgement) {
    int length = write(key, entry, acknowledgement);
    return packet.at(frame, 0, length).from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  /** Returns its length. */
  private int write(FlowKey key, FlowEntry entry, int acknowledgement) {
    boolean hasTimestamps = (entry.timestamp() | entry.timestampEcho()) != 0;
    int tcpBytes = TCP_BYTES + (hasTimestamps ? TIMESTAMPS_BYTES : 0);
    frame.fill((byte) 0);
    frame.copyFrom(entry.link());
    int at = LINK_BYTES;
    if (key.vlan() != 0) {
      putTwoOctets(frame, at, TYPE_VLAN);
      putTwoOctets(frame, at + 2, key.vlan() & VLAN_ID);
      at += 4;
    }
    boolean isFour = key.version() == 4;
    putTwoOctets(frame, at, isFour ? TYPE_IPV4 : TYPE_IPV6);
    at += 2;
    if (isFour) {
      putOctet(frame, at, 0x45);
      putTwoOctets(frame, at + 2, IPV4_BYTES + tcpBytes);
      putOctet(frame, at + 9, TCP_PROTOCOL);
      key.copyAddresses(frame, at + 12, 4);
      at += IPV4_BYTES;
    } else {
      putOctet(frame, at, 0x60);
      putTwoOctets(frame, at + 4, tcpBytes);
      putOctet(frame, at + 6, TCP_PROTOCOL);
      key.copyAddresses(frame, at + 8, 16);
      at += IPV6_BYTES;
    }
    key.copyPorts(frame, at);
    putFourOctets(frame, at + 4, entry.end());
    putFourOctets(frame, at + 8, acknowledgement);
    putOctet(frame, at + 12, tcpBytes << 2);
    putOctet(frame, at + 13, TcpFlags.ACK);
    if (hasTimestamps) {
      putFourOctets(frame, at + TCP_BYTES, TIMESTAMPS_START);
      putFourOctets(frame, at + TCP_BYTES + 4, entry.timestamp());
      putFourOctets(frame, at + TCP_BYTES + 8, entry.timestampEcho());
    }
    return at + tcpBytes;
  }
}
