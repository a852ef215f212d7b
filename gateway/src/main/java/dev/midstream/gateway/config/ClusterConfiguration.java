package dev.midstream.gateway.config;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a node needs to know of its cluster. Immutable.
 *
 * @param name the name of the cluster
 * @param node the name of this node, which its certificate must have
 * @param bind the address at which this node listens
 * @param settings how the cluster decides
 * @param log how records are written and what waits for them
 * @param delivery how packets reach the owner of their bucket
 * @param redirectBytes the largest UDP payload in which packets travel between nodes
 * @param tableRate how many connections the node writes into the common tables in any second
 * @param tls the node's certificate
 */
public record ClusterConfiguration(
    String name,
    String node,
    NodeAddress bind,
    ClusterSettings settings,
    LogSettings log,
    Delivery delivery,
    int redirectBytes,
    int tableRate,
    TlsFiles tls) {
  /** The common tables listen at the port of the node and so many more. */
  public static final int TABLES_PORT = 2;

  /** Where the common tables of the node at {@code address} listen. */
  public static NodeAddress tablesAddress(NodeAddress address) {
    return new NodeAddress(address.high(), address.low(), address.port() + TABLES_PORT);
  }

  /** Whether this node passes packets on to the others, and owns none. */
  public boolean isDispatcher() {
    return settings.role() == Member.Role.DISPATCHER;
  }

  /** Whether the packets of this node come from dispatchers, so that it has no port. */
  public boolean isBehindDispatchers() {
    return delivery == Delivery.DISPATCH && !isDispatcher();
  }

  /** The addresses of all nodes and dispatchers. */
  public List<NodeAddress> addresses() {
    return Stream.concat(settings.addresses().stream(), settings.dispatchers().stream()).toList();
  }

  /** How packets reach the owner of their bucket. */
  public enum Delivery {
    /** Each packet reaches any node, which passes it on. */
    REDIRECT,
    /** Each packet reaches all nodes; the kernel keeps what the node owns. */
    SHARED_MAC,
    /** As {@link #SHARED_MAC}, for addresses that the nodes answer for. */
    MULTICAST_MAC,
    /** Elements in front of the nodes pass them on (PDP-9). */
    DISPATCH;

    /** Whether each packet reaches one node only, where also leaves what comes of it. */
    public boolean isToOneNode() {
      return this == REDIRECT || this == DISPATCH;
    }
  }

  /**
   * PEM files.
   *
   * @param authority the certificate of the cluster's authority
   * @param certificate the node's certificate
   * @param key the node's key
   */
  public record TlsFiles(Path authority, Path certificate, Path key) {}
}
