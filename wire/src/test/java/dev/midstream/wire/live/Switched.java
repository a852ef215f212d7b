package dev.midstream.wire.live;

import java.util.HexFormat;
import java.util.List;

/**
 * Two boxes in parallel between two switches, which are bridges of the kernel:
 *
 * <pre>
 *                  ┌─ a1 ── in0 first out0 ── a2 ─┐
 *   client c0 ─ c ─┤ inside               outside ├─ s ─ s0 server
 *                  └─ b1 ── in0 next out0 ─── b2 ─┘
 * </pre>
 */
final class Switched implements AutoCloseable {
  /** A bridge that passes frames to netfilter would reassemble fragments. */
  private static final String NO_NETFILTER =
      "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $f ] || echo 0 >$f; done";

  final NameSpace client = new NameSpace();
  final NameSpace inside = new NameSpace();
  final NameSpace first = new NameSpace();
  final NameSpace next = new NameSpace();
  final NameSpace outside = new NameSpace();
  final NameSpace server = new NameSpace();

  private Switched(String settings) {
    for (NameSpace each : List.of(inside, outside)) {
      each.ip("link add sw type bridge mcast_snooping 0", "link set sw up");
      each.set("ipv6/conf/sw/disable_ipv6", "1");
      String ignored = each.show("sh", "-c", NO_NETFILTER);
    }
    wire(inside, "c", client, "c0", settings);
    wire(inside, "a1", first, "in0", settings);
    wire(inside, "b1", next, "in0", settings);
    wire(outside, "a2", first, "out0", settings);
    wire(outside, "b2", next, "out0", settings);
    wire(outside, "s", server, "s0", settings);
  }

  /** Switches that learn. */
  static Switched learning() {
    return new Switched("learning on flood on");
  }

  /** Switches that learn nothing, and send every frame everywhere. */
  static Switched flooding() {
    return new Switched("learning off flood on");
  }

  /** Connects a port of a switch to an interface without addresses. */
  private static void wire(NameSpace sw, String port, NameSpace end, String name, String settings) {
    sw.ip("link add %s type veth peer name %s netns %d".formatted(port, name, end.pid()));
    sw.set("ipv6/conf/" + port + "/disable_ipv6", "1");
    end.set("ipv6/conf/" + name + "/disable_ipv6", "1");
    sw.ip(
        "link set %s master sw".formatted(port),
        "link set %s type bridge_slave %s".formatted(port, settings),
        "link set %s up".formatted(port));
    end.ip("link set " + name + " up");
    sw.awaitCarrier(port);
    end.awaitCarrier(name);
  }

  /** The port behind which a switch has learned an address; empty if none. */
  static String port(NameSpace sw, byte[] address) {
    String text = HexFormat.ofDelimiter(":").formatHex(address);
    return sw.show("bridge", "fdb", "show", "br", "sw")
        .lines()
        .filter(line -> line.startsWith(text + " dev "))
        .map(line -> line.split(" ", -1)[2])
        .findFirst()
        .orElse("");
  }

  /** Waits until a switch has learned an address behind a port. */
  static void await(NameSpace sw, byte[] address, String port) {
    Eventually.holds(port + " has it", () -> port(sw, address).equals(port));
  }

  @Override
  public void close() {
    for (NameSpace each : List.of(client, inside, first, next, outside, server)) {
      each.close();
    }
  }
}
