package dev.midstream.wire.live;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A client and a server with a box between them, each in its own namespace:
 *
 * <pre>
 *   client c0 ─── in0 box out0 ─── s0 server
 * </pre>
 *
 * <p>Without a running box nothing passes. The box's namespace has no addresses.
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

  /** Creates the pair of interfaces between the box and an endpoint. */
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
