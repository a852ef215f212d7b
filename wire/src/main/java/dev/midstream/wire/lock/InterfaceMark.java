package dev.midstream.wire.lock;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A packet socket (packet(7)) that marks an interface as taken. It receives nothing: no frame has
 * its protocol number. It takes CAP_NET_RAW to open one, as it does to use the interface.
 */
final class InterfaceMark {
  /**
   * Above the greatest length, 1,500, and below the lowest EtherType, 0x600, of IEEE 802.3 section
   * 3.2.6.
   */
  private static final int PROTOCOL = 0x5ff;

  private static final int ADDRESS_BYTES = 20;
  private static final int INDEX = 4;

  /** All packet sockets of the thread's network namespace: a heading, then one line for each. */
  private static final Path SOCKETS = Path.of("/proc/thread-self/net/packet");

  private static final int PROTOCOL_COLUMN = 3;
  private static final int INTERFACE = 4;
  private static final int INODE = 8;
  private static final String DESCRIPTORS = "/proc/self/fd/";

  private final int descriptor;

  private InterfaceMark(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Marks an interface, which others may have marked too. */
  static InterfaceMark set(Linux linux, String name, int index) throws PortException {
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    int descriptor = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
    if (descriptor < 0) {
      throw PortException.ofPacketSocket(descriptor);
    }
    MemorySegment address = linux.allocate(ADDRESS_BYTES);
    address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
    NetworkOrder.putTwoOctets(address, 2, PROTOCOL);
    address.set(JAVA_INT, INDEX, index);
    int result = linux.bind(descriptor, address);
    InterfaceMark mark = new InterfaceMark(descriptor);
    if (result < 0) {
      mark.remove(linux);
      throw new PortException(
          "cannot lock an interface: name=%s error=%s".formatted(name, Errno.text(-result)));
    }
    return mark;
  }

  /** Whether it is on this interface still. The kernel takes it off one that disappears. */
  boolean isOn(Linux linux, int index) {
    MemorySegment address = linux.allocate(ADDRESS_BYTES);
    return linux.socketName(descriptor, address) >= 0 && address.get(JAVA_INT, INDEX) == index;
  }

  /** Whether no other mark is on the interface of this index, which is called {@code name} now. */
  boolean isOnlyOne(String name, int index) throws PortException {
    try {
      String own = Files.readSymbolicLink(Path.of(DESCRIPTORS + descriptor)).toString();
      return Files.readAllLines(SOCKETS, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> isMark(columns, index))
          .allMatch(columns -> own.equals("socket:[" + columns[INODE] + "]"));
    } catch (IOException e) {
      throw new PortException(
          "cannot tell whether an interface is locked: name=%s error=%s".formatted(name, e));
    }
  }

  void remove(Linux linux) {
    int ignored = linux.close(descriptor);
  }

  private static boolean isMark(String[] columns, int index) {
    return columns.length > INODE
        && columns[PROTOCOL_COLUMN].equals("%04x".formatted(PROTOCOL))
        && columns[INTERFACE].equals(Integer.toString(index));
  }
}
