package dev.midstream.wire.lock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A lock on two interfaces for one program, held until it is closed or the program ends. Usable
 * from any thread of the network namespace in which it was acquired.
 *
 * <p>Each interface is locked by a socket with an abstract name (unix(7)) that contains the
 * interface's index. Such a name belongs to one network namespace, no two sockets can have the same
 * one, and the kernel frees it when the program dies.
 */
public final class InterfaceLock implements AutoCloseable {
  private static final String NAME = "midstream-interface-";
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int PATH = 2;

  private final Map<String, Locked> locked = new HashMap<>();

  /** A locked interface and the socket whose name locks it. */
  private record Locked(int index, int socket) {}

  private InterfaceLock() {}

  /**
   * Locks the interfaces of these names in the network namespace of the calling thread.
   *
   * @throws PortException if an interface does not exist or is locked by a running program
   */
  public static InterfaceLock acquire(String inside, String outside) throws PortException {
    InterfaceLock lock = new InterfaceLock();
    try {
      int insideIndex = index(inside);
      int outsideIndex = index(outside);
      if (insideIndex == outsideIndex) {
        throw new PortException("inside and outside are the same interface: name=" + inside);
      }
      lock.acquire(inside, insideIndex);
      lock.acquire(outside, outsideIndex);
      return lock;
    } catch (PortException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Locks the interface with {@code index}, which is called {@code name} now, and unlocks another
   * one that was locked under that name. Does nothing if the interface is already locked.
   *
   * @throws PortException if it is locked by another running program
   */
  public synchronized void acquire(String name, int index) throws PortException {
    Locked before = locked.get(name);
    if (before != null && before.index == index) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      locked.put(name, new Locked(index, socket(linux, name, index)));
      if (before != null) {
        int ignored = linux.close(before.socket);
      }
    }
  }

  @Override
  public synchronized void close() {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      for (Locked each : locked.values()) {
        int ignored = linux.close(each.socket);
      }
    }
    locked.clear();
  }

  private static int index(String name) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      int index = new Linux(arena).interfaceIndex(name);
      if (index <= 0) {
        throw new PortException("there is no such interface: name=" + name);
      }
      return index;
    }
  }

  private static int socket(Linux linux, String name, int index) throws PortException {
    int socket = linux.socket(AF_UNIX, SOCK_DGRAM | PacketDescriptor.SOCK_CLOEXEC, 0);
    byte[] octets = ("\0" + NAME + index).getBytes(StandardCharsets.US_ASCII);
    MemorySegment address = linux.allocate(PATH + octets.length);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(octets, 0, address, JAVA_BYTE, PATH, octets.length);
    int result = socket < 0 ? socket : linux.bind(socket, address);
    if (result >= 0) {
      return socket;
    }
    int ignored = linux.close(socket);
    throw new PortException(
        result == -Errno.EADDRINUSE
            ? "another midstream works on the interface already, end that one first: name=" + name
            : "cannot lock an interface: name=%s error=%s".formatted(name, Errno.text(-result)));
  }
}
