package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.MessageArray;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.nativecall.PollArray;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.nativecall.VlanTag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that sends whole frames and receives those of one source address only, because
 * kernels send frames of their own at any time.
 */
final class RawEndpoint implements AutoCloseable {
  private static final int ADDRESS_BYTES = 20;
  private static final int FRAME_AT = 32;
  private static final int BUFFER_BYTES = 70_000;
  private static final int SOURCE = 6;

  private final byte[] source;
  private final Linux linux = new Linux(Arena.ofAuto());
  private final MemorySegment buffer = linux.allocate(BUFFER_BYTES);
  private final MessageArray message = MessageArray.forReceiving(linux, 1);
  private final PollArray poll = new PollArray(linux, 1);
  private final int socket;

  private RawEndpoint(String name, byte[] source) {
    this.source = source;
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_NONBLOCK;
    socket = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
    int level = PacketDescriptor.SOL_PACKET;
    check(linux.setOption(socket, level, PacketDescriptor.PACKET_AUXDATA, 1));
    check(linux.setOption(socket, level, PacketDescriptor.PACKET_IGNORE_OUTGOING, 1));
    MemorySegment address = linux.allocate(ADDRESS_BYTES);
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    NetworkOrder.putTwoOctets(address, 2, PacketDescriptor.ETH_P_ALL);
    address.set(JAVA_INT, 4, linux.interfaceIndex(name));
    check(linux.bind(socket, address));
    poll.descriptor(0, socket);
    message.buffer(0, buffer.address() + FRAME_AT, BUFFER_BYTES - FRAME_AT);
  }

  /**
   * An endpoint at interface {@code name} that receives only frames with source address {@code
   * mac}.
   */
  static RawEndpoint at(NameSpace nameSpace, String name, byte[] mac) {
    return nameSpace.in(() -> new RawEndpoint(name, mac));
  }

  /** Sends a frame that the MTU allows. */
  void send(byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
    int result = linux.write(socket, buffer.address(), frame.length);
    while (result == -Errno.EAGAIN || result == -Errno.ENOBUFS) {
      Thread.onSpinWait();
      result = linux.write(socket, buffer.address(), frame.length);
    }
    check(result);
  }

  /** The next frame; null if none comes within {@code millis}. */
  byte @Nullable [] receive(int millis) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      byte[] frame = take();
      if (frame != null && Arrays.equals(frame, SOURCE, SOURCE + 6, source, 0, 6)) {
        return frame;
      }
      long leftNanos = endNanos - System.nanoTime();
      if (frame == null && leftNanos <= 0) {
        return null;
      }
      if (frame == null) {
        poll.await(leftNanos);
      }
    }
  }

  @Override
  public void close() {
    check(linux.close(socket));
  }

  private byte @Nullable [] take() {
    message.reset(0);
    int result = linux.receiveMessages(socket, message.address(0), 1, MessageArray.DO_NOT_WAIT);
    if (result < 0) {
      return null;
    }
    int offset = FRAME_AT;
    int length = message.receivedLength(0);
    int tag = message.vlanTag(0);
    if (tag != VlanTag.NONE) {
      VirtioHeader.clear(buffer, FRAME_AT - VirtioHeader.BYTES);
      VlanTag.reinsert(buffer, FRAME_AT, tag);
      offset -= VlanTag.BYTES;
      length += VlanTag.BYTES;
    }
    return buffer.asSlice(offset, length).toArray(JAVA_BYTE);
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("system call failed: error=" + Errno.text(-result));
    }
  }
}
