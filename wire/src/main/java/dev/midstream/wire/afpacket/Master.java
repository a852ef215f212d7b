package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.LinkRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The interface, such as a bridge, that has another one as a part of it. The kernel forwards by it
 * what a port forwards too: frames pass twice, or past whatever the port's box decides.
 *
 * @param kind such as bridge; empty if it does not tell
 * @param name its name
 */
public record Master(String kind, String name) {
  private static final String OPEN_VSWITCH = "openvswitch";

  /** The one that has the interface {@code part}; null if none has. Everybody may ask. */
  public static @Nullable Master of(String part) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      LinkRequest link = new LinkRequest(linux);
      int result = link.query(linux.interfaceIndex(part));
      if (result < 0) {
        throw new PortException(
            "cannot find out whether a bridge joins an interface: name=%s error=%s"
                .formatted(part, Errno.text(-result)));
      }
      String kind = link.masterKind();
      boolean isPart = link.master() > 0 && link.query(link.master()) >= 0;
      return isPart ? new Master(kind, link.name()) : null;
    }
  }

  /** Why a port does not take {@code part}, and what to do about it. */
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
