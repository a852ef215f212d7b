package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.LinkRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The interface, such as a bridge, that has another interface as its member. The kernel forwards
 * frames between the members of a bridge. A port on a member would forward them a second time, and
 * the bridge would forward what the port's box drops.
 *
 * @param kind such as bridge; empty if unknown
 * @param name its name
 */
public record Master(String kind, String name) {
  private static final String OPEN_VSWITCH = "openvswitch";

  /**
   * Returns the master of the interface {@code part}, or null if it has none. Needs no privilege.
   */
  public static @Nullable Master of(String part) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      LinkRequest link = new LinkRequest(linux);
      int result = link.query(linux.interfaceIndex(part));
      if (result < 0) {
        throw new PortException(
            "cannot query the master of an interface: name=%s error=%s"
                .formatted(part, Errno.text(-result)));
      }
      String kind = link.masterKind();
      boolean isPart = link.master() > 0 && link.query(link.master()) >= 0;
      return isPart ? new Master(kind, link.name()) : null;
    }
  }

  /** Says why a port refuses {@code part} and what the operator can do about it. */
  public String refusal(String part) {
    String remedy =
        kind.equals(OPEN_VSWITCH)
            ? "ovs-vsctl del-port " + part
            : "ip link set " + part + " nomaster";
    return ("%s belongs to the %s %s, so that frames would pass twice or around the rules;"
            + " take it out first: %s")
        .formatted(part, kind.isEmpty() ? "interface" : kind, name, remedy);
  }
}
