package dev.midstream.wire.bridge;

import dev.midstream.wire.nativecall.BridgeRequest;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A kernel bridge between two interfaces of the current network namespace, always of the same name.
 * A bridge of that name that has other ports is left alone. Has a socket from the beginning, so
 * that {@link #join} works when there are no more descriptors. For one thread.
 */
public final class KernelBridge implements AutoCloseable {
  /** The bridge's name. */
  public static final String NAME = "midstream-open";

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final String inside;
  private final String outside;
  private final int socket;
  private final BridgeRequest bridge;
  private final InterfaceRequest link;
  private int insideIndex;
  private int outsideIndex;

  /**
   * A bridge between the interfaces of these names.
   *
   * @throws PortException if the kernel gives no socket
   */
  public KernelBridge(String inside, String outside) throws PortException {
    this.inside = inside;
    this.outside = outside;
    socket = linux.socket(AF_INET, SOCK_DGRAM | PacketDescriptor.SOCK_CLOEXEC, 0);
    if (socket < 0) {
      arena.close();
      check("ask", socket);
    }
    bridge = new BridgeRequest(linux, socket, NAME);
    link = new InterfaceRequest(linux);
  }

  /** Removes the bridge if it exists and has no ports other than these interfaces. */
  public void removeStale() throws PortException {
    if (index(NAME) <= 0 || !isOurs()) {
      return;
    }
    int result = bridge.setUp(false);
    if (result == -Errno.EPERM) {
      throw new PortException(
          "cannot take away the bridge of an earlier run: the capability CAP_NET_ADMIN is"
              + " missing; grant it, or take the bridge away first: ip link del "
              + NAME);
    }
    check("set down", result);
    check("remove", bridge.remove());
  }

  /**
   * Checks, as far as possible, that {@link #join} will succeed. The interfaces may be renamed in
   * the meantime.
   *
   * @throws PortException if it would fail; the message says what the operator must change
   */
  public void prepare() throws PortException {
    check("make", bridge.make());
    check("remove", bridge.remove());
    insideIndex = index(inside);
    outsideIndex = index(outside);
  }

  /** Joins the interfaces; removes the bridge again if that fails. */
  public void join() throws PortException {
    check("make", bridge.make());
    try {
      disableIpv6();
      add(inside, insideIndex);
      add(outside, outsideIndex);
      check("set up", bridge.setUp(true));
    } catch (PortException e) {
      int ignored = bridge.remove();
      throw e;
    }
  }

  /** Closes the socket. A bridge that was made stays. */
  @Override
  public void close() {
    int ignored = linux.close(socket);
    arena.close();
  }

  /** Adds the interface that has the name now, else the one that had it in {@link #prepare}. */
  private void add(String name, int knownIndex) throws PortException {
    int index = index(name);
    if (index <= 0 && knownIndex <= 0) {
      throw new PortException(
          "cannot join the interfaces: there is no such interface, name=" + name);
    }
    check("add " + name, bridge.add(index > 0 ? index : knownIndex));
  }

  private boolean isOurs() {
    List<Integer> ours = List.of(index(inside), index(outside));
    return bridge.queryPorts() >= 0 && bridge.ports().allMatch(ours::contains);
  }

  private int index(String name) {
    return InterfaceRequest.isName(name) ? link.name(name).index(socket) : -Errno.ENODEV;
  }

  /**
   * Without an IPv6 address the bridge sends no packets of its own. Failure is harmless: IPv6 may
   * be disabled, or the setting may not be changed.
   */
  private static void disableIpv6() {
    try {
      Path setting = Path.of("/proc/sys/net/ipv6/conf", NAME, "disable_ipv6");
      Path ignored = Files.writeString(setting, "1");
    } catch (IOException e) {
      // see above
    }
  }

  private static void check(String step, int result) throws PortException {
    if (result >= 0) {
      return;
    }
    throw new PortException(
        switch (-result) {
          case Errno.EPERM ->
              "cannot manage a bridge of the kernel: the capability CAP_NET_ADMIN is missing, or"
                  + " leave on-exit closed";
          case Errno.EEXIST ->
              "cannot make a bridge of the kernel: there is another interface of its name, name="
                  + NAME;
          case Errno.EBUSY ->
              "cannot join the interfaces: one is part of another bridge, step=" + step;
          default ->
              "cannot manage a bridge of the kernel: name=%s step=%s error=%s"
                  .formatted(NAME, step, Errno.text(-result));
        });
  }
}
