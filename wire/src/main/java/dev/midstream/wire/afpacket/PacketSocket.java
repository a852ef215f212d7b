package dev.midstream.wire.afpacket;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.nativecall.SocketFilter;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A packet socket with virtio headers, bound to one interface at a time and in promiscuous mode. It
 * does not receive what it sent.
 *
 * <p>The kernel requires this order: protocol 0 until the socket is bound, so that no frame of
 * another interface is received; virtio headers and the filter before the ring; the ring before
 * bind.
 */
final class PacketSocket {
  private static final int ADDRESS_BYTES = 20;
  private static final int MEMBERSHIP_BYTES = 16;
  private static final int STATISTICS_BYTES = 8;
  private static final int DROPS = 4;
  private static final int INDEX = 4;
  private static final int SEND_BYTES = 32 << 20;

  /**
   * Waiting frames of a port that has no others beside it. A stream keeps a window in flight, and
   * some dozens of them may overload the program; frames that are lost then make their senders send
   * short ones, which take the program longer.
   */
  private static final int RECEIVE_BYTES = 128 << 20;

  private static final String ATTACH = "SO_ATTACH_FILTER";

  private final Linux linux;
  private final int descriptor;
  private final MemorySegment address;
  private final MemorySegment membership;
  private final MemorySegment statistics;
  private final MemorySegment error;
  private final InterfaceRequest request;

  private PacketSocket(Linux linux, int descriptor) {
    this.linux = linux;
    this.descriptor = descriptor;
    address = linux.allocate(ADDRESS_BYTES);
    membership = linux.allocate(MEMBERSHIP_BYTES);
    statistics = linux.allocate(STATISTICS_BYTES);
    error = linux.allocate(Integer.BYTES);
    request = new InterfaceRequest(linux);
  }

  /** Opens an unbound socket of a port that receives the frames of {@code share}. */
  static PacketSocket open(Linux linux, Share share) throws PortException {
    return open(linux, share, Math.max(SEND_BYTES, RECEIVE_BYTES / share.ports()));
  }

  /**
   * Opens an unbound socket that receives the frames of {@code share}.
   *
   * @param receiveBytes how much may wait; the kernel doubles it, and counts its own structures too
   */
  static PacketSocket open(Linux linux, Share share, int receiveBytes) throws PortException {
    int type =
        PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_NONBLOCK | PacketDescriptor.SOCK_CLOEXEC;
    int descriptor = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
    if (descriptor < 0) {
      throw PortException.ofPacketSocket(descriptor);
    }
    return new PacketSocket(linux, descriptor).prepare(share, receiveBytes);
  }

  int descriptor() {
    return descriptor;
  }

  /** The index of the interface {@code name}, of any type, or the negative errno. */
  int index(String name) {
    return linux.interfaceIndex(name);
  }

  /**
   * Binds to the interface with {@code index}; returns false if it does not exist or is not
   * Ethernet.
   */
  boolean bind(int index) {
    if (index <= 0 || !request.resolveName(descriptor, index) || !request.isEthernet(descriptor)) {
      return false;
    }
    address.fill((byte) 0);
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    NetworkOrder.putTwoOctets(address, 2, PacketDescriptor.ETH_P_ALL);
    address.set(JAVA_INT, INDEX, index);
    if (linux.bind(descriptor, address) < 0) {
      return false;
    }
    membership.set(JAVA_INT, 0, index);
    membership.set(JAVA_SHORT, 4, (short) PacketDescriptor.PACKET_MR_PROMISC);
    return linux.setOption(
            descriptor,
            PacketDescriptor.SOL_PACKET,
            PacketDescriptor.PACKET_ADD_MEMBERSHIP,
            membership)
        >= 0;
  }

  /**
   * Receives what {@code filter} accepts from now on; if that fails, what it did before. May be
   * called on any thread, but not while the socket is closed.
   */
  void setFilter(FilterProgram filter) throws PortException {
    try (Arena call = Arena.ofConfined()) {
      int result = SocketFilter.attach(new Linux(call), descriptor, filter);
      if (result < 0) {
        throw refusal(ATTACH, result);
      }
    }
  }

  /** Reads and clears the pending error of the socket, see {@link Errno}; 0 if there is none. */
  int fetchError() {
    int result =
        linux.option(descriptor, PacketDescriptor.SOL_SOCKET, PacketDescriptor.SO_ERROR, error);
    return result < 0 ? 0 : error.get(JAVA_INT, 0);
  }

  /** The state of the bound interface. */
  LegState state() {
    if (!resolveBoundName()) {
      return LegState.ABSENT;
    }
    return request.isUp(descriptor) ? LegState.UP : LegState.DOWN;
  }

  /** The current name of the bound interface; empty if there is none. */
  String name() {
    return resolveBoundName() ? request.name() : "";
  }

  /** The index of the bound interface; 0 if there is none. */
  int boundIndex() {
    return resolveBoundName() ? address.get(JAVA_INT, INDEX) : 0;
  }

  /** The MTU of the bound interface; 0 if there is none. */
  int mtu() {
    return resolveBoundName() ? Math.max(0, request.mtu(descriptor)) : 0;
  }

  /** Reads the number of frames that the kernel dropped since the previous call. */
  long fetchDrops() {
    int result =
        linux.option(
            descriptor,
            PacketDescriptor.SOL_PACKET,
            PacketDescriptor.PACKET_STATISTICS,
            statistics);
    return result < 0 ? 0 : statistics.get(JAVA_INT, DROPS) & 0xffff_ffffL;
  }

  void close() {
    int ignored = linux.close(descriptor);
  }

  /**
   * Looks up the name of the bound interface. The kernel unbinds a socket whose interface
   * disappears.
   */
  private boolean resolveBoundName() {
    int result = linux.socketName(descriptor, address);
    int index = address.get(JAVA_INT, INDEX);
    return result >= 0 && index > 0 && request.resolveName(descriptor, index);
  }

  private PacketSocket prepare(Share share, int receiveBytes) throws PortException {
    FilterProgram filter = share.filter();
    if (share.program() != Share.NO_PROGRAM) {
      check("SO_ATTACH_BPF", SocketFilter.attach(linux, descriptor, share.program()));
    } else if (filter != null) {
      check(ATTACH, SocketFilter.attach(linux, descriptor, filter));
    }
    require("PACKET_VNET_HDR", PacketDescriptor.PACKET_VNET_HDR);
    require("PACKET_IGNORE_OUTGOING", PacketDescriptor.PACKET_IGNORE_OUTGOING);
    require("PACKET_AUXDATA", PacketDescriptor.PACKET_AUXDATA);
    enlargeBuffer(PacketDescriptor.SO_RCVBUFFORCE, PacketDescriptor.SO_RCVBUF, receiveBytes);
    enlargeBuffer(PacketDescriptor.SO_SNDBUFFORCE, PacketDescriptor.SO_SNDBUF, SEND_BYTES);
    return this;
  }

  private void require(String name, int option) throws PortException {
    check(name, linux.setOption(descriptor, PacketDescriptor.SOL_PACKET, option, 1));
  }

  private void check(String name, int result) throws PortException {
    if (result < 0) {
      close();
      throw refusal(name, result);
    }
  }

  private static PortException refusal(String name, int result) {
    return new PortException(
        "the kernel refuses a packet socket's option: option=%s error=%s"
            .formatted(name, Errno.text(-result)));
  }

  /** Exceeds the system's limit with CAP_NET_ADMIN, else goes up to the limit. */
  private void enlargeBuffer(int force, int ask, int bytes) {
    if (linux.setOption(descriptor, PacketDescriptor.SOL_SOCKET, force, bytes) < 0) {
      int ignored = linux.setOption(descriptor, PacketDescriptor.SOL_SOCKET, ask, bytes);
    }
  }
}
