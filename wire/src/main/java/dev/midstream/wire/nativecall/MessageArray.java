package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The array of messages that recvmmsg(2) fills and sendmmsg(2) sends. Each message has a struct
 * mmsghdr, an array of struct iovec and, for control messages, room for one struct cmsghdr with the
 * struct tpacket_auxdata of packet(7).
 */
public final class MessageArray {
  /** Octets of struct mmsghdr. */
  public static final int MESSAGE_BYTES = 64;

  /** MSG_DONTWAIT. */
  public static final int DO_NOT_WAIT = 0x40;

  /** MSG_TRUNC: the length that is received is that of the message, also if its end is cut off. */
  public static final int WHOLE_LENGTH = 0x20;

  private static final int IOV = 16;
  private static final int IOV_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int FLAGS = 48;
  private static final int RECEIVED_LENGTH = 56;

  private static final int IOVEC_BYTES = 16;
  private static final int IOVEC_LENGTH = 8;

  private static final int CONTROL_BYTES = 48;
  private static final int CONTROL_LEVEL = 8;
  private static final int CONTROL_TYPE = 12;
  private static final int AUXILIARY = 16;
  private static final int AUXILIARY_BYTES = 20;

  private final MemorySegment messages;
  private final MemorySegment iovecs;
  private final MemorySegment controls;
  private final int capacity;
  private final int rowBytes;

  private MessageArray(Linux linux, int capacity, int buffers, int controlBytes) {
    this.capacity = capacity;
    rowBytes = buffers * IOVEC_BYTES;
    messages = linux.allocate((long) capacity * MESSAGE_BYTES);
    iovecs = linux.allocate((long) capacity * rowBytes);
    controls = linux.allocate((long) capacity * controlBytes);
    for (int index = 0; index < capacity; index++) {
      messages.set(JAVA_LONG, at(index) + IOV, iovecs.address() + row(index));
    }
  }

  /** Messages to be sent, each in at most {@code buffers} buffers. */
  public static MessageArray forSending(Linux linux, int capacity, int buffers) {
    return new MessageArray(linux, capacity, buffers, 0);
  }

  /** Messages to be received from a packet socket, each with its auxiliary record. */
  public static MessageArray forReceiving(Linux linux, int capacity) {
    MessageArray array = new MessageArray(linux, capacity, 1, CONTROL_BYTES);
    for (int index = 0; index < capacity; index++) {
      long control = array.controls.address() + (long) index * CONTROL_BYTES;
      array.messages.set(JAVA_LONG, at(index) + CONTROL, control);
      array.reset(index);
    }
    return array;
  }

  /** The maximum number of messages. */
  public int capacity() {
    return capacity;
  }

  /** The address of message {@code index}. */
  public long address(int index) {
    return messages.address() + at(index);
  }

  /** Sets the buffer from which message {@code index} is sent, or into which it is received. */
  public void buffer(int index, long address, long bytes) {
    messages.set(JAVA_LONG, at(index) + IOV_COUNT, 1);
    put(row(index), address, bytes);
  }

  /** Adds a buffer to message {@code index}. */
  public void append(int index, long address, long bytes) {
    long buffers = messages.get(JAVA_LONG, at(index) + IOV_COUNT);
    if ((buffers + 1) * IOVEC_BYTES > rowBytes) {
      throw new IllegalStateException("too many buffers: message=" + index);
    }
    put(row(index) + buffers * IOVEC_BYTES, address, bytes);
    messages.set(JAVA_LONG, at(index) + IOV_COUNT, buffers + 1);
  }

  /** Prepares a received message to be filled again. */
  public void reset(int index) {
    messages.set(JAVA_LONG, at(index) + CONTROL_LENGTH, CONTROL_BYTES);
    messages.set(JAVA_INT, at(index) + FLAGS, 0);
  }

  /** Octets received of message {@code index}; those of all of it with {@link #WHOLE_LENGTH}. */
  public int receivedLength(int index) {
    return messages.get(JAVA_INT, at(index) + RECEIVED_LENGTH);
  }

  /** Whether message {@code index} was longer than its buffer (MSG_TRUNC). */
  public boolean isTruncated(int index) {
    return (messages.get(JAVA_INT, at(index) + FLAGS) & WHOLE_LENGTH) != 0;
  }

  /** The VLAN tag that the kernel removed from message {@code index}, see {@link VlanTag}. */
  public int vlanTag(int index) {
    long control = (long) index * CONTROL_BYTES;
    boolean isThere =
        messages.get(JAVA_LONG, at(index) + CONTROL_LENGTH) >= AUXILIARY + AUXILIARY_BYTES
            && controls.get(JAVA_INT, control + CONTROL_LEVEL) == PacketDescriptor.SOL_PACKET
            && controls.get(JAVA_INT, control + CONTROL_TYPE) == PacketDescriptor.PACKET_AUXDATA;
    if (!isThere) {
      return VlanTag.NONE;
    }
    long auxiliary = control + AUXILIARY;
    int status = controls.get(JAVA_INT, auxiliary);
    return VlanTag.of(
        status, controls.get(JAVA_SHORT, auxiliary + 16), controls.get(JAVA_SHORT, auxiliary + 18));
  }

  private void put(long iovec, long address, long bytes) {
    iovecs.set(JAVA_LONG, iovec, address);
    iovecs.set(JAVA_LONG, iovec + IOVEC_LENGTH, bytes);
  }

  private long row(int index) {
    return (long) index * rowBytes;
  }

  private static long at(int index) {
    return (long) index * MESSAGE_BYTES;
  }
}
