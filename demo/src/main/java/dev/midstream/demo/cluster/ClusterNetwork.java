package dev.midstream.demo.cluster;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Boxes in parallel between two segments that flood, and a third segment that joins them, each end
 * and each box in a network namespace of its own:
 *
 * <pre>
 *               ┌─ in0 n1 out0 ─┐
 *   client c0 ──┼─ in0 n2 out0 ─┼── s0 server        n1, n2, n3: cl0, 10.9.0.1 to 10.9.0.3
 *               └─ in0 n3 out0 ─┘
 * </pre>
 */
public final class ClusterNetwork implements AutoCloseable {
  public static final String CLIENT = "10.1.0.1";
  public static final String SERVER = "10.1.0.2";

  private static final int MTU = 1_500;
  private static final String NO_NETFILTER =
      "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $f ] || echo 0 >$f; done";

  private final List<Namespace> made = new ArrayList<>();
  private final List<Namespace> nodes = new ArrayList<>();
  private final Namespace segments;
  private final Namespace client;
  private final Namespace server;

  private ClusterNetwork() throws IOException {
    try {
      segments = make();
      client = make();
      server = make();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Namespace make() throws IOException {
    Namespace namespace = Namespace.make();
    made.add(namespace);
    return namespace;
  }

  /**
   * Makes a network for {@code count} nodes.
   *
   * @throws IOException if namespaces cannot be made here, with the reason
   */
  public static ClusterNetwork make(int count) throws IOException {
    ClusterNetwork network = new ClusterNetwork();
    try {
      network.connect(count);
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  private void connect(int count) throws IOException {
    for (String bridge : List.of("inside", "outside", "between")) {
      segments.ip("link add " + bridge + " type bridge mcast_snooping 0");
      segments.disableIpv6(bridge);
      segments.ip("link set " + bridge + " up");
    }
    String ignored = segments.output("sh", "-c", NO_NETFILTER);
    plug(client, "c0", "c", "inside");
    plug(server, "s0", "s", "outside");
    client.ip("addr add " + CLIENT + "/24 dev c0");
    server.ip("addr add " + SERVER + "/24 dev s0");
    for (int number = 1; number <= count; number++) {
      Namespace node = make();
      nodes.add(node);
      plug(node, "in0", "i" + number, "inside");
      plug(node, "out0", "o" + number, "outside");
      plug(node, "cl0", "b" + number, "between");
      node.ip("addr add " + address(number) + "/24 dev cl0");
    }
  }

  private void plug(Namespace end, String name, String port, String bridge) throws IOException {
    segments.addVeth(port, end, name, MTU);
    segments.disableIpv6(port);
    end.disableIpv6(name);
    segments.ip(
        "link set " + port + " master " + bridge,
        "link set " + port + " type bridge_slave learning off flood on");
  }

  /** The address of node {@code number}, from 1, in the segment of the nodes. */
  public static String address(int number) {
    return "10.9.0." + number;
  }

  /** How many nodes there is room for. */
  public int count() {
    return nodes.size();
  }

  /** The bridges; their ports are c, s, and i, o and b with the number of a node. */
  public Namespace segments() {
    return segments;
  }

  public Namespace client() {
    return client;
  }

  public Namespace server() {
    return server;
  }

  /** The namespace of node {@code number}, from 1. */
  public Namespace node(int number) {
    return nodes.get(number - 1);
  }

  @Override
  public void close() {
    made.forEach(Namespace::close);
  }
}
