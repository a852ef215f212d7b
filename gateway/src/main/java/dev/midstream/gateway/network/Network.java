package dev.midstream.gateway.network;

import java.io.IOException;

/**
 * A client and a server with a box between them, each in a name space of its own:
 *
 * <pre>
 *   client c0 ─── in0 box out0 ─── s0 server
 * </pre>
 *
 * <p>Client and server have addresses of one network, IPv4 and IPv6. The box's name space has none:
 * without a program at work between {@code in0} and {@code out0} the wire is cut.
 */
public final class Network implements AutoCloseable {
  public static final String CLIENT = "10.1.0.1";
  public static final String SERVER = "10.1.0.2";
  public static final String CLIENT_6 = "fd00:1::1";
  public static final String SERVER_6 = "fd00:1::2";

  private final NameSpace client;
  private final NameSpace box;
  private final NameSpace server;

  private Network() throws IOException {
    client = NameSpace.make();
    box = makeBeside(client);
    server = makeBeside(client, box);
  }

  /**
   * Makes a network whose interfaces have this MTU.
   *
   * @throws IOException if name spaces cannot be made here, with the reason
   */
  public static Network make(int mtu) throws IOException {
    Network network = new Network();
    try {
      network.wire("in0", network.client, "c0", mtu);
      network.wire("out0", network.server, "s0", mtu);
      network.client.ip(
          "addr add " + CLIENT + "/24 dev c0", "addr add " + CLIENT_6 + "/64 dev c0 nodad");
      network.server.ip(
          "addr add " + SERVER + "/24 dev s0", "addr add " + SERVER_6 + "/64 dev s0 nodad");
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  /** Where the client is. */
  public NameSpace client() {
    return client;
  }

  /** Where the box is to work. */
  public NameSpace box() {
    return box;
  }

  /** Where the server is. */
  public NameSpace server() {
    return server;
  }

  /** Makes a wire from interface {@code name} of the box to {@code peer} of an end, both up. */
  public void wire(String name, NameSpace end, String peer, int mtu) throws IOException {
    box.ip(
        "link add name %s mtu %d type veth peer name %s mtu %d netns %d"
            .formatted(name, mtu, peer, mtu, end.pid()));
    box.set("ipv6/conf/" + name + "/disable_ipv6", "1");
    box.ip("link set " + name + " up");
    end.ip("link set " + peer + " up");
  }

  @Override
  public void close() {
    client.close();
    box.close();
    server.close();
  }

  private static NameSpace makeBeside(NameSpace... others) throws IOException {
    try {
      return NameSpace.make();
    } catch (IOException e) {
      for (NameSpace other : others) {
        other.close();
      }
      throw e;
    }
  }
}
