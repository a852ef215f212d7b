package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.MessageArray;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.nativecall.PollArray;
import dev.midstream.wire.nativecall.VlanTag;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames by any interface of a network name space, and receives the headers of what all of
 * them receive. Without the rights for it nothing is sent or received. Belongs to one thread.
 */
final class LinkSocket implements AutoCloseable {
  private static final int ADDRESS_BYTES = 20;
  private static final int INDEX = 4;
  private static final int MACS_BYTES = 12;
  private static final int HEADER_BYTES = 256;
  private static final int ROOM = HEADER_BYTES - VlanTag.BYTES;
  private static final int RECEIVE_BYTES = 8 << 20;

  private final Linux linux;
  private final MemorySegment address;
  private final MemorySegment buffer;
  private final MessageArray message;
  private final PollArray poll;
  private final Packet packet = new Packet();
  private final int sending;
  private final int receiving;

  /** Sockets in the network name space of the thread. */
  LinkSocket(Linux linux) {
    this.linux = linux;
    address = linux.allocate(ADDRESS_BYTES);
    buffer = linux.allocate(HEADER_BYTES);
    message = MessageArray.forReceiving(linux, 1);
    message.buffer(0, buffer.address() + VlanTag.BYTES, ROOM);
    poll = new PollArray(linux, 1);
    sending = open();
    receiving = open();
    set(PacketDescriptor.SOL_PACKET, PacketDescriptor.PACKET_AUXDATA, 1);
    set(PacketDescriptor.SOL_PACKET, PacketDescriptor.PACKET_IGNORE_OUTGOING, 1);
    set(PacketDescriptor.SOL_SOCKET, PacketDescriptor.SO_RCVBUFFORCE, RECEIVE_BYTES);
    boolean ignored = bind(receiving, 0, PacketDescriptor.ETH_P_ALL);
    poll.descriptor(0, receiving);
  }

  private int open() {
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    return linux.socket(PacketDescriptor.AF_PACKET, type, 0);
  }

  private void set(int level, int option, int value) {
    int ignored = linux.setOption(receiving, level, option, value);
  }

  private boolean bind(int socket, int index, int protocol) {
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    putTwoOctets(address, 2, protocol);
    address.set(JAVA_INT, INDEX, index);
    return linux.bind(socket, address) >= 0;
  }

  /** Sends a frame by the interface with {@code index}, unless that has disappeared. */
  void send(int index, Packet frame) {
    if (bind(sending, index, 0)) {
      long at = frame.memory().address() + frame.offset();
      int ignored = linux.write(sending, at, frame.length());
    }
  }

  /** Waits until a frame comes, at most {@code nanos}. */
  void await(long nanos) {
    poll.await(nanos);
  }

  /** The next frame that waits, until the next call. What is behind its headers may be missing. */
  @Nullable Packet receive() {
    message.reset(0);
    int flags = MessageArray.DO_NOT_WAIT | MessageArray.WHOLE_LENGTH;
    if (linux.receiveMessages(receiving, message.address(0), 1, flags) <= 0) {
      return null;
    }
    int whole = message.receivedLength(0);
    int length = Math.min(whole, ROOM);
    int missing = whole - length;
    int tag = message.vlanTag(0);
    int at = VlanTag.BYTES;
    if (tag != VlanTag.NONE) {
      MemorySegment.copy(buffer, at, buffer, 0, MACS_BYTES);
      putFourOctets(buffer, MACS_BYTES, tag);
      at = 0;
      length += VlanTag.BYTES;
    }
    return packet.at(buffer, at, length).missing(missing).from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  @Override
  public void close() {
    int _ = linux.close(sending);
    int _ = linux.close(receiving);
  }
}
