package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.ResetReply;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Resets the ends of adopted connections, whose numbers nothing maps any more: each end gets the
 * RST with which a closed port would reply to its newest segment. Belongs to one thread.
 */
final class AdoptedResets implements AutoCloseable {
  private static final int ADDRESS_BYTES = 20;
  private static final int ADDRESS_INDEX = 4;
  private static final int LINK_BYTES = 12;
  private static final int MAX_BYTES = 128;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int VLAN_ID = 0xfff;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int TCP_PROTOCOL = 6;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final MemorySegment frame = arena.allocate(MAX_BYTES, Long.BYTES);
  private final MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
  private final FrameView view = new FrameView();
  private final ResetReply reply = new ResetReply();
  private final int socket;

  AdoptedResets() {
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    socket = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
  }

  /**
   * Resets the sender of a direction, if its address on the link is known.
   *
   * @param key the direction
   * @param entry its entry
   * @param other that of the other direction
   */
  void resetSender(FlowKey key, FlowEntry entry, FlowEntry other) {
    if (entry.link().mismatch(MemorySegment.ofArray(new byte[LINK_BYTES])) < 0) {
      return;
    }
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    address.set(JAVA_INT, ADDRESS_INDEX, other.index());
    if (linux.bind(socket, address) < 0) {
      return; // the interface has disappeared
    }
    int sent = other.end() + other.sequenceShift();
    reset(key, entry, entry.acknowledgement());
    if (sent != entry.acknowledgement()) {
      reset(key, entry, sent);
    }
  }

  /** Only a RST with the number that the end expects next is obeyed (RFC 5961 section 3.2). */
  private void reset(FlowKey key, FlowEntry entry, int acknowledgement) {
    int length = write(key, entry, acknowledgement);
    Packet packet = new Packet().at(frame, 0, length).from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
    if (view.read(packet) == FrameKind.TCP) {
      Packet reset = reply.to(view);
      long at = reset.memory().address() + reset.offset();
      int ignored = linux.write(socket, at, reset.length());
    }
  }

  /** Writes a segment as the sender of the direction may have sent it; returns its length. */
  private int write(FlowKey key, FlowEntry entry, int acknowledgement) {
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
      putTwoOctets(frame, at + 2, IPV4_BYTES + TCP_BYTES);
      putOctet(frame, at + 9, TCP_PROTOCOL);
      key.copyAddresses(frame, at + 12, 4);
      at += IPV4_BYTES;
    } else {
      putOctet(frame, at, 0x60);
      putTwoOctets(frame, at + 4, TCP_BYTES);
      putOctet(frame, at + 6, TCP_PROTOCOL);
      key.copyAddresses(frame, at + 8, 16);
      at += IPV6_BYTES;
    }
    key.copyPorts(frame, at);
    putFourOctets(frame, at + 4, entry.end());
    putFourOctets(frame, at + 8, acknowledgement);
    putOctet(frame, at + 12, TCP_BYTES << 2);
    putOctet(frame, at + 13, TcpFlags.ACK);
    return at + TCP_BYTES;
  }

  @Override
  public void close() {
    int ignored = linux.close(socket);
    arena.close();
  }
}
