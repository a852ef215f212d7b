package dev.midstream.wire.bridge;

import dev.midstream.wire.nativecall.BridgeRequest;
import dev.midstream.wire.nativecall.Errno;
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
 * A bridge of that name that has other ports is left alone.
 */
public final class KernelBridge {
  /** The bridge's name. */
  public static final String NAME = "midstream-open";

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  private final String inside;
  private final String outside;
  private int insideIndex;
  private int outsideIndex;

  /** A bridge between the interfaces of these names. */
  public KernelBridge(String inside, String outside) {
    this.inside = inside;
    this.outside = outside;
  }

  /** Removes the bridge if it exists and has no ports other than these interfaces. */
  public void removeStale() throws PortException {
    run((linux, bridge) -> {
      if (linux.interfaceIndex(NAME) <= 0 || !isOurs(linux, bridge)) {
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
    });
  }

  /**
   * Checks, as far as possible, that {@link #join} will succeed. The interfaces may be renamed in
   * the meantime.
   *
   * @throws PortException if it would fail; the message says what the operator must change
   */
  public void prepare() throws PortException {
    run((linux, bridge) -> {
      check("make", bridge.make());
      check("remove", bridge.remove());
      insideIndex = linux.interfaceIndex(inside);
      outsideIndex = linux.interfaceIndex(outside);
    });
  }

  /** Joins the interfaces; removes the bridge again if that fails. */
  public void join() throws PortException {
    run((linux, bridge) -> {
      check("make", bridge.make());
      try {
        disableIpv6();
        add(linux, bridge, inside, insideIndex);
        add(linux, bridge, outside, outsideIndex);
        check("set up", bridge.setUp(true));
      } catch (PortException e) {
        int ignored = bridge.remove();
        throw e;
      }
    });
  }

  /** Adds the interface that has the name now, else the one that had it in {@link #prepare}. */
  private static void add(Linux linux, BridgeRequest bridge, String name, int knownIndex)
      throws PortException {
    int index = linux.interfaceIndex(name);
    if (index <= 0 && knownIndex <= 0) {
      throw new PortException(
          "cannot join the interfaces: there is no such interface, name=" + name);
    }
    int result = bridge.add(index > 0 ? index : knownIndex);
    check("add " + name, result);
  }

  private boolean isOurs(Linux linux, BridgeRequest bridge) {
    List<Integer> ours = List.of(linux.interfaceIndex(inside), linux.interfaceIndex(outside));
    return bridge.queryPorts() >= 0 && bridge.ports().allMatch(ours::contains);
  }

  /** Without an IPv6 address the bridge sends no packets of its own. Failure is harmless. */
  private static void disableIpv6() {
    try {
      Path setting = Path.of("/proc/sys/net/ipv6/conf", NAME, "disable_ipv6");
      Path ignored = Files.writeString(setting, "1");
    } catch (IOException e) {
      // IPv6 is disabled, or the setting may not be changed.
    }
  }

  /** A request to the kernel about the bridge. */
  @FunctionalInterface
  private interface Request {
    void run(Linux linux, BridgeRequest bridge) throws PortException;
  }

  private static void run(Request request) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int socket = linux.socket(AF_INET, SOCK_DGRAM | PacketDescriptor.SOCK_CLOEXEC, 0);
      check("ask", socket);
      try {
        request.run(linux, new BridgeRequest(linux, socket, NAME));
      } finally {
        int ignored = linux.close(socket);
      }
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
