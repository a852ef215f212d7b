package dev.midstream.gateway.config;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import java.nio.file.Path;

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
    TlsFiles tls) {

  /** How packets reach the owner of their bucket. */
  public enum Delivery {
    /** Each packet reaches any node, which passes it on. */
    REDIRECT,
    /** Each packet reaches all nodes; the kernel keeps what the node owns. */
    SHARED_MAC,
    /** As {@link #SHARED_MAC}, for addresses that the nodes answer for. */
    MULTICAST_MAC,
    /** An element in front of the nodes chooses the owner. */
    DISPATCH
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
