package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * What the kernel is asked about one of its bridges (linux/sockios.h, linux/if_bridge.h). Every
 * method answers what ioctl(2) answers.
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

  /** Requests by way of {@code socket}, of any kind, about the bridge {@code name}. */
  public BridgeRequest(Linux linux, int socket, String name) {
    this.linux = linux;
    this.socket = socket;
    request = linux.allocate(REQUEST_BYTES);
    arguments = linux.allocate(4L * Long.BYTES);
    indices = linux.allocate((long) MAX_PORTS * Integer.BYTES);
    request.setString(0, name);
  }

  /** Makes the bridge, which is down and joins nothing. */
  public int make() {
    return linux.control(socket, SIOCBRADDBR, request.address());
  }

  /** Takes the bridge away, which must be down; its interfaces are free again. */
  public int remove() {
    return linux.control(socket, SIOCBRDELBR, request.address());
  }

  /** Makes the interface of that index one of its ports. */
  public int add(int index) {
    request.set(JAVA_LONG, VALUE, 0);
    request.set(JAVA_INT, VALUE, index);
    return linux.control(socket, SIOCBRADDIF, request.address());
  }

  /** Sets it up or down. */
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

  /** Finds out its ports, for {@link #ports}; refused for what is no bridge. */
  public int queryPorts() {
    indices.fill((byte) 0);
    arguments.set(JAVA_LONG, 0, BRCTL_GET_PORT_LIST);
    arguments.set(JAVA_LONG, 8, indices.address());
    arguments.set(JAVA_LONG, 16, MAX_PORTS);
    request.set(JAVA_LONG, VALUE, arguments.address());
    return linux.control(socket, SIOCDEVPRIVATE, request.address());
  }

  /** The indices of the interfaces that {@link #queryPorts} has found. */
  public IntStream ports() {
    return IntStream.range(0, MAX_PORTS)
        .map(port -> indices.get(JAVA_INT, (long) port * Integer.BYTES))
        .filter(index -> index != 0);
  }
}
