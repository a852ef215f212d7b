package dev.midstream.wire.port;

import dev.midstream.wire.nativecall.Errno;

/** Thrown when a port cannot be opened; the message is one clause for the operator. */
public final class PortException extends Exception {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }

  /** A packet socket could not be opened; {@code result} is the negative error of the call. */
  public static PortException ofPacketSocket(int result) {
    boolean forbidden = result == -Errno.EPERM || result == -Errno.EACCES;
    return new PortException(
        "cannot open a packet socket: "
            + (forbidden
                ? "the capability CAP_NET_RAW is missing; run as root, or let the service manager"
                    + " or setcap(8) grant it"
                : "error=" + Errno.text(-result)));
  }

  /** An interface was not found; {@code result} is the negative error of the call. */
  public static PortException ofInterface(String name, int result) {
    return new PortException(
        result == -Errno.ENODEV
            ? "there is no such interface: name=" + name
            : "cannot look for an interface: name=%s error=%s"
                .formatted(name, Errno.text(-result)));
  }
}
