package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.LinkRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;

/**
 * The interface, such as a bridge, that has another one as a part of it. The kernel forwards by it
 * what a port forwards too: frames pass twice, or past whatever the port's box decides.
 */
final class Master {
  private static final String OPEN_VSWITCH = "openvswitch";

  private Master() {}

  /**
   * Refuses the interface {@code name} if it has one.
   *
   * @param socket any socket, for questions about interfaces
   */
  static void refuse(int socket, String name) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      LinkRequest link = new LinkRequest(linux);
      int result = link.ask(linux.interfaceIndex(name));
      if (result < 0) {
        throw new PortException(
            "cannot find out whether a bridge joins an interface: name=%s error=%s"
                .formatted(name, Errno.text(-result)));
      }
      InterfaceRequest master = new InterfaceRequest(linux);
      if (link.master() > 0 && master.nameOf(socket, link.master())) {
        throw new PortException(refusal(name, link.masterKind(), master.name()));
      }
    }
  }

  static String refusal(String name, String kind, String master) {
    String remedy =
        kind.equals(OPEN_VSWITCH)
            ? "ovs-vsctl del-port " + name
            : "ip link set " + name + " nomaster";
    return ("%s belongs to the %s %s, so that frames would pass twice or around the rules;"
            + " take it out first: %s")
        .formatted(name, kind.isEmpty() ? "interface" : kind, master, remedy);
  }
}
