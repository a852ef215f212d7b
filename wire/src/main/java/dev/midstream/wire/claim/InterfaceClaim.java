package dev.midstream.wire.claim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Two interfaces that one program has for itself, until it gives them back or ends. Belongs to the
 * thread that made it.
 *
 * <p>Each is claimed by the abstract name of a socket (unix(7)), which has the interface's index in
 * it: such names belong to one network name space, no two sockets have the same, and the kernel
 * takes them back from a program that died.
 */
public final class InterfaceClaim implements AutoCloseable {
  private static final String NAME = "midstream-interface-";
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int PATH = 2;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final List<Integer> sockets = new ArrayList<>();

  private InterfaceClaim() {}

  /**
   * Claims the interfaces of these names in the network name space of the calling thread.
   *
   * @throws PortException if one is not there, or claimed by a program that runs
   */
  public static InterfaceClaim of(String inside, String outside) throws PortException {
    InterfaceClaim claim = new InterfaceClaim();
    try {
      int insideIndex = claim.index(inside);
      int outsideIndex = claim.index(outside);
      if (insideIndex == outsideIndex) {
        throw new PortException("inside and outside are the same interface: name=" + inside);
      }
      claim.take(insideIndex, inside);
      claim.take(outsideIndex, outside);
      return claim;
    } catch (PortException e) {
      claim.close();
      throw e;
    }
  }

  @Override
  public void close() {
    for (int socket : sockets) {
      int ignored = linux.close(socket);
    }
    arena.close();
  }

  private int index(String name) throws PortException {
    int index = linux.interfaceIndex(name);
    if (index <= 0) {
      throw new PortException("there is no such interface: name=" + name);
    }
    return index;
  }

  private void take(int index, String name) throws PortException {
    int socket = linux.socket(AF_UNIX, SOCK_DGRAM | PacketDescriptor.SOCK_CLOEXEC, 0);
    check(socket, name);
    sockets.add(socket);
    byte[] octets = ("\0" + NAME + index).getBytes(StandardCharsets.US_ASCII);
    MemorySegment address = linux.allocate(PATH + octets.length);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(octets, 0, address, JAVA_BYTE, PATH, octets.length);
    int result = linux.bind(socket, address);
    if (result == -Errno.EADDRINUSE) {
      throw new PortException(
          "another midstream works on the interface already, end that one first: name=" + name);
    }
    check(result, name);
  }

  private static void check(int result, String name) throws PortException {
    if (result < 0) {
      throw new PortException(
          "cannot claim an interface: name=%s error=%s".formatted(name, Errno.text(-result)));
    }
  }
}
