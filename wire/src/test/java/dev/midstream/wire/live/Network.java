package dev.midstream.wire.live;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A client and a server with a box between them, each in a name space of its own:
 *
 * <pre>
 *   client c0 ─── in0 box out0 ─── s0 server
 * </pre>
 *
 * <p>Without a box at work the wire is cut. The box's name space has no addresses.
 */
final class Network implements AutoCloseable {
  final NameSpace client = new NameSpace();
  final NameSpace box = new NameSpace();
  final NameSpace server = new NameSpace();

  Network(int mtu) {
    wire("in0", "c0", client, mtu);
    wire("out0", "s0", server, mtu);
    client.ip("addr add 10.1.0.1/24 dev c0", "addr add fd00:1::1/64 dev c0 nodad");
    server.ip("addr add 10.1.0.2/24 dev s0", "addr add fd00:1::2/64 dev s0 nodad");
  }

  /** Makes the pair of interfaces between the box and an end. */
  final void wire(String name, String peer, NameSpace end, int mtu) {
    box.ip(
        "link add name %s mtu %d type veth peer name %s mtu %d netns %d"
            .formatted(name, mtu, peer, mtu, end.pid()));
    box.set("ipv6/conf/" + name + "/disable_ipv6", "1");
    box.ip("link set " + name + " up");
    end.ip("link set " + peer + " up");
    box.awaitCarrier(name);
    end.awaitCarrier(peer);
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    box.close();
    server.close();
  }
}
