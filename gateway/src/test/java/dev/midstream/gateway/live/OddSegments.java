package dev.midstream.gateway.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.demo.network.Namespace;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;

/**
 * Sends segments in the name of one end of a connection over IPv4, from its interface, whose
 * numbers are 0. Belongs to one thread.
 */
final class OddSegments implements AutoCloseable {
  private static final int ADDRESS_BYTES = 20;
  private static final int INDEX_AT = 4;
  private static final int ETHERNET_BYTES = 14;
  private static final int IP_BYTES = 20;
  private static final int TCP_BYTES = 20;
  private static final int BYTES = ETHERNET_BYTES + IP_BYTES + TCP_BYTES;
  private static final int IP_CHECKSUM_AT = ETHERNET_BYTES + 10;
  private static final int TCP_CHECKSUM_AT = ETHERNET_BYTES + IP_BYTES + 16;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TCP = 6;
  private static final int HOP_LIMIT = 64;
  private static final String ANY_ADDRESS = "02:00:00:00:00:01";

  private final Arena arena = Arena.ofShared();
  private final Linux linux = new Linux(arena);
  private final MemorySegment frame = arena.allocate(BYTES);
  private final int socket;

  /**
   * Segments without any control bit, of the end that has {@code channel} and the interface {@code
   * name} of its space. No TCP takes them (RFC 9293 section 3.10.7.4), but each takes the
   * connection back from the kernel.
   */
  OddSegments(Namespace space, String name, SocketChannel channel) throws IOException {
    this(space, name, channel, 0, ANY_ADDRESS);
  }

  /** Segments with these control bits, for the other end's interface with this address. */
  OddSegments(Namespace space, String name, SocketChannel channel, int flags, String address)
      throws IOException {
    socket = space.call(() -> open(name));
    byte[] octets = frame(channel, flags);
    byte[] to = HexFormat.ofDelimiter(":").parseHex(address);
    System.arraycopy(to, 0, octets, 0, to.length);
    frame.copyFrom(MemorySegment.ofArray(octets));
  }

  private int open(String name) {
    int opened = linux.socket(PacketDescriptor.AF_PACKET, PacketDescriptor.SOCK_RAW, 0);
    MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    address.set(JAVA_INT, INDEX_AT, linux.interfaceIndex(name));
    if (opened < 0 || linux.bind(opened, address) < 0) {
      throw new AssertionError("no packet socket for " + name);
    }
    return opened;
  }

  private static byte[] frame(SocketChannel channel, int flags) throws IOException {
    InetSocketAddress from = (InetSocketAddress) channel.getLocalAddress();
    InetSocketAddress to = (InetSocketAddress) channel.getRemoteAddress();
    ByteBuffer octets = ByteBuffer.allocate(BYTES);
    octets.put(new byte[] {0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2}).putShort((short) TYPE_IPV4);
    octets.put((byte) 0x45).put((byte) 0).putShort((short) (IP_BYTES + TCP_BYTES)).putInt(0);
    octets.put((byte) HOP_LIMIT).put((byte) TCP).putShort((short) 0);
    octets.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
    octets.putShort((short) from.getPort()).putShort((short) to.getPort()).putLong(0);
    octets.putShort((short) ((TCP_BYTES / 4) << 12 | flags));
    octets.putShort(IP_CHECKSUM_AT, (short) checksum(octets, ETHERNET_BYTES, IP_BYTES, 0));
    int pseudo = TCP + TCP_BYTES;
    int addresses = IP_CHECKSUM_AT + 2;
    octets.putShort(
        TCP_CHECKSUM_AT, (short) checksum(octets, addresses, BYTES - addresses, pseudo));
    return octets.array();
  }

  private static int checksum(ByteBuffer octets, int at, int length, int more) {
    long sum = more;
    for (int i = at; i < at + length; i += 2) {
      sum += Short.toUnsignedInt(octets.getShort(i));
    }
    return ~InternetChecksum.fold(sum);
  }

  /** Sends one. */
  void send() {
    if (linux.write(socket, frame.address(), BYTES) != BYTES) {
      throw new AssertionError("not sent");
    }
  }

  @Override
  public void close() {
    int ignored = linux.close(socket);
    arena.close();
  }
}
