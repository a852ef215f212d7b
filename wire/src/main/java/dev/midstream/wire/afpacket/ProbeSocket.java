package dev.midstream.wire.afpacket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A packet socket on one interface for frames of a type of their own, which nodes broadcast to each
 * other. An interface that is missing or down is tried again with each frame. Belongs to one
 * thread.
 */
public final class ProbeSocket implements AutoCloseable {
  /** The type of the frames: IEEE 802 local experimental EtherType 1 (RFC 9542 section 3). */
  private static final int TYPE = 0x88b5;

  private static final int TYPE_OFFSET = 12;
  private static final int HEADER_BYTES = 14;
  private static final int MAX_BYTES = 1_500;
  private static final int RECEIVE_BYTES = 1 << 20;
  private static final int HALF_ADDRESS = 0x026d;

  private final String name;
  private final PacketSocket socket;
  private final Linux linux;
  private final MemorySegment buffer;
  private final int addressTail = ThreadLocalRandom.current().nextInt();

  private ProbeSocket(String name, PacketSocket socket, Linux linux) {
    this.name = name;
    this.socket = socket;
    this.linux = linux;
    buffer = linux.allocate(VirtioHeader.BYTES + HEADER_BYTES + MAX_BYTES);
  }

  /**
   * Opens a socket for the interface {@code name}, which need not be there yet.
   *
   * @throws PortException if the program may not open packet sockets
   */
  public static ProbeSocket open(String name) throws PortException {
    Linux linux = new Linux(Arena.ofAuto());
    Share probes = new Share(FilterProgram.ofType(TYPE), 1);
    PacketSocket socket = PacketSocket.open(linux, probes, RECEIVE_BYTES);
    ProbeSocket opened = new ProbeSocket(name, socket, linux);
    boolean ignored = socket.bind(socket.index(name));
    return opened;
  }

  /** Broadcasts a frame with {@code payload}, up to 1,500 octets; false if it was not sent. */
  public boolean send(byte[] payload) {
    int frame = VirtioHeader.BYTES;
    buffer.fill((byte) 0);
    NetworkOrder.putFourOctets(buffer, frame, -1);
    NetworkOrder.putTwoOctets(buffer, frame + 4L, -1);
    NetworkOrder.putTwoOctets(buffer, frame + 6L, HALF_ADDRESS);
    NetworkOrder.putFourOctets(buffer, frame + 8L, addressTail);
    NetworkOrder.putTwoOctets(buffer, frame + (long) TYPE_OFFSET, TYPE);
    MemorySegment.copy(payload, 0, buffer, JAVA_BYTE, frame + (long) HEADER_BYTES, payload.length);
    int bytes = VirtioHeader.BYTES + HEADER_BYTES + payload.length;
    if (linux.write(socket.descriptor(), buffer.address(), bytes) >= 0) {
      return true;
    }
    boolean ignored = socket.bind(socket.index(name));
    return false;
  }

  /** The payload of the next frame that has arrived, with its padding; null if none has. */
  public byte @Nullable [] receive() {
    int bytes = linux.read(socket.descriptor(), buffer.address(), buffer.byteSize());
    int payload = bytes - VirtioHeader.BYTES - HEADER_BYTES;
    if (payload <= 0) {
      return null;
    }
    return buffer.asSlice(VirtioHeader.BYTES + (long) HEADER_BYTES, payload).toArray(JAVA_BYTE);
  }

  /** Whether {@code packet} is such a frame. No node forwards it. */
  public static boolean isProbe(Packet packet) {
    return packet.linkType() == LinkType.ETHERNET
        && packet.length() > HEADER_BYTES
        && NetworkOrder.twoOctets(packet.memory(), packet.offset() + TYPE_OFFSET) == TYPE;
  }

  @Override
  public void close() {
    socket.close();
  }
}
