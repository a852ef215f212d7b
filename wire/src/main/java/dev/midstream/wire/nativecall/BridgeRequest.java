package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * Requests to the kernel about one of its bridges (linux/sockios.h, linux/if_bridge.h). Every
 * method returns the result of ioctl(2).
 */
public final class BridgeRequest {
  private static final int REQUEST_BYTES = 40;
  private static final int VALUE = 16;
  private static final int FLAG_UP = 1;
  private static final int MAX_PORTS = 1_024;

  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCDEVPRIVATE = 0x89f0;
  private static final long SIOCBRADDBR = 0x89a0;
  private static final long SIOCBRDELBR = 0x89a1;
  private static final long SIOCBRADDIF = 0x89a2;
  private static final long BRCTL_GET_PORT_LIST = 7;

  private final Linux linux;
  private final int socket;
  private final MemorySegment request;
  private final MemorySegment arguments;
  private final MemorySegment indices;

  /** Requests about the bridge {@code name} through {@code socket}, of any type. */
  public BridgeRequest(Linux linux, int socket, String name) {
    this.linux = linux;
    this.socket = socket;
    request = linux.allocate(REQUEST_BYTES);
    arguments = linux.allocate(4L * Long.BYTES);
    indices = linux.allocate((long) MAX_PORTS * Integer.BYTES);
    request.setString(0, name);
  }

  /** Creates the bridge, down and without ports. */
  public int make() {
    return linux.control(socket, SIOCBRADDBR, request.address());
  }

  /** Deletes the bridge, which must be down; its ports become free. */
  public int remove() {
    return linux.control(socket, SIOCBRDELBR, request.address());
  }

  /** Adds the interface with {@code index} as a port. */
  public int add(int index) {
    request.set(JAVA_LONG, VALUE, 0);
    request.set(JAVA_INT, VALUE, index);
    return linux.control(socket, SIOCBRADDIF, request.address());
  }

  /** Sets the bridge up or down. */
  public int setUp(boolean up) {
    request.set(JAVA_LONG, VALUE, 0);
    int result = linux.control(socket, SIOCGIFFLAGS, request.address());
    if (result < 0) {
      return result;
    }
    int flags = request.get(JAVA_SHORT, VALUE) & ~FLAG_UP;
    request.set(JAVA_SHORT, VALUE, (short) (up ? flags | FLAG_UP : flags));
    return linux.control(socket, SIOCSIFFLAGS, request.address());
  }

  /** Reads the list of ports for {@link #ports}; fails if the interface is not a bridge. */
  public int queryPorts() {
    indices.fill((byte) 0);
    arguments.set(JAVA_LONG, 0, BRCTL_GET_PORT_LIST);
    arguments.set(JAVA_LONG, 8, indices.address());
    arguments.set(JAVA_LONG, 16, MAX_PORTS);
    request.set(JAVA_LONG, VALUE, arguments.address());
    return linux.control(socket, SIOCDEVPRIVATE, request.address());
  }

  /** The indexes of the interfaces that {@link #queryPorts} found. */
  public IntStream ports() {
    return IntStream.range(0, MAX_PORTS)
        .map(port -> indices.get(JAVA_INT, (long) port * Integer.BYTES))
        .filter(index -> index != 0);
  }
}
