package dev.midstream.bench.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.nativecall.SocketFilter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Packet sockets on the loopback interface that all have the same filter, and one that sends to
 * them. So many of them run one filter that its cost stands out of that of a frame.
 */
final class FilteredSockets implements AutoCloseable {
  /** How many sockets judge each frame. */
  static final int SOCKETS = 50;

  private static final int ADDRESS_BYTES = 20;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final MemorySegment frame;
  private final int[] receivers = new int[SOCKETS];
  private final int sender;

  /** Sockets that judge {@code frame} by {@code program}. */
  FilteredSockets(FilterProgram program, byte[] frame) {
    this.frame = linux.allocate(frame.length).copyFrom(MemorySegment.ofArray(frame));
    for (int i = 0; i < SOCKETS; i++) {
      receivers[i] = open();
      check(SocketFilter.attach(linux, receivers[i], program));
      int level = PacketDescriptor.SOL_PACKET;
      check(linux.setOption(receivers[i], level, PacketDescriptor.PACKET_IGNORE_OUTGOING, 1));
      bind(receivers[i], PacketDescriptor.ETH_P_ALL);
    }
    sender = open();
    bind(sender, 0);
  }

  /** Sends the frame to all of them; returns the octets that were sent. */
  int send() {
    return check(linux.write(sender, frame.address(), frame.byteSize()));
  }

  /** Whether all of them rejected every frame. */
  boolean areEmpty() {
    for (int receiver : receivers) {
      if (linux.read(receiver, frame.address(), frame.byteSize()) >= 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    for (int receiver : receivers) {
      check(linux.close(receiver));
    }
    check(linux.close(sender));
    arena.close();
  }

  private int open() {
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_NONBLOCK;
    return check(linux.socket(PacketDescriptor.AF_PACKET, type, 0));
  }

  private void bind(int socket, int protocol) {
    MemorySegment address = linux.allocate(ADDRESS_BYTES);
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    NetworkOrder.putTwoOctets(address, 2, protocol);
    address.set(JAVA_INT, 4, linux.interfaceIndex("lo"));
    check(linux.bind(socket, address));
  }

  private static int check(int result) {
    if (result < 0) {
      throw new IllegalStateException("run it as bench/README.md says: " + Errno.text(-result));
    }
    return result;
  }
}
