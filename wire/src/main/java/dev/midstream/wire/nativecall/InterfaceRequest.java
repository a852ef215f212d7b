package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The struct ifreq of netdevice(7): the name of an interface and one value. */
public final class InterfaceRequest {
  /** Octets of a name with its terminating zero (IFNAMSIZ). */
  public static final int NAME_BYTES = 16;

  private static final int BYTES = 40;
  private static final int VALUE = 16;

  /** Administratively up (IFF_UP) and operational (IFF_RUNNING). */
  private static final int FLAGS_UP = 0x41;

  private static final long SIOCGIFNAME = 0x8910;
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCGIFMTU = 0x8921;
  private static final long SIOCGIFHWADDR = 0x8927;
  private static final long SIOCGIFINDEX = 0x8933;
  private static final int IFF_PROMISC = 0x100;
  private static final int ARPHRD_ETHER = 1;
  private static final int ARPHRD_LOOPBACK = 772;

  private final Linux linux;
  private final MemorySegment request;

  public InterfaceRequest(Linux linux) {
    this.linux = linux;
    request = linux.allocate(BYTES);
  }

  /** Whether {@code name} is a possible name of an interface. */
  public static boolean isName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return length > 0 && length < NAME_BYTES;
  }

  /** Selects the interface by its name; the value becomes 0. */
  public InterfaceRequest name(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException("not the name of an interface: name=" + name);
    }
    request.fill((byte) 0);
    request.setString(0, name);
    return this;
  }

  /** Selects the interface by its index; returns false if there is none. */
  public boolean resolveName(int socket, int index) {
    request.fill((byte) 0);
    request.set(JAVA_INT, VALUE, index);
    return linux.control(socket, SIOCGIFNAME, request.address()) >= 0;
  }

  /**
   * The index of the selected interface, or the negative errno: {@link Errno#ENODEV} if there is
   * none. Needs no further descriptor, unlike {@link Linux#interfaceIndex}.
   */
  public int index(int socket) {
    int result = linux.control(socket, SIOCGIFINDEX, request.address());
    return result < 0 ? result : request.get(JAVA_INT, VALUE);
  }

  /** The name of the selected interface; empty if none is selected or found. */
  public String name() {
    return request.getString(0);
  }

  /** Whether the selected interface exists, is up and has a carrier. */
  public boolean isUp(int socket) {
    return linux.control(socket, SIOCGIFFLAGS, request.address()) >= 0
        && (request.get(JAVA_SHORT, VALUE) & FLAGS_UP) == FLAGS_UP;
  }

  /** Whether the selected interface receives all frames, whatever sockets want. */
  public boolean isPromiscuous(int socket) {
    return linux.control(socket, SIOCGIFFLAGS, request.address()) >= 0
        && (request.get(JAVA_SHORT, VALUE) & IFF_PROMISC) != 0;
  }

  /**
   * Sets whether the selected interface receives all frames, whatever sockets want and until that
   * is set anew; needs CAP_NET_ADMIN.
   *
   * @return 1 if that has changed, 0 if it was so, or the negative errno
   */
  public int setPromiscuous(int socket, boolean isPromiscuous) {
    int result = linux.control(socket, SIOCGIFFLAGS, request.address());
    int before = request.get(JAVA_SHORT, VALUE);
    int after = isPromiscuous ? before | IFF_PROMISC : before & ~IFF_PROMISC;
    if (result < 0 || before == after) {
      return Math.min(0, result);
    }
    request.set(JAVA_SHORT, VALUE, (short) after);
    int changed = linux.control(socket, SIOCSIFFLAGS, request.address());
    return changed < 0 ? changed : 1;
  }

  /** Whether the selected interface uses Ethernet frames. */
  public boolean isEthernet(int socket) {
    if (linux.control(socket, SIOCGIFHWADDR, request.address()) < 0) {
      return false;
    }
    int type = request.get(JAVA_SHORT, VALUE) & 0xffff;
    return type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
  }

  /** The MTU of the selected interface, or the negative errno. */
  public int mtu(int socket) {
    int result = linux.control(socket, SIOCGIFMTU, request.address());
    return result < 0 ? result : request.get(JAVA_INT, VALUE);
  }

  /** Makes a driver-specific request with {@code value} in place of the flags. */
  public int control(int descriptor, long code, int value) {
    request.set(JAVA_SHORT, VALUE, (short) value);
    return linux.control(descriptor, code, request.address());
  }
}
