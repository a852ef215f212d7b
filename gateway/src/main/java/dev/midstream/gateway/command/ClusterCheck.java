package dev.midstream.gateway.command;

import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.ClusterConfiguration.TlsFiles;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Addresses;
import dev.midstream.jgroups.gate.Credentials;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of a node of a cluster, and its address. Only a node of a cluster loads this class, and
 * with it those of its group.
 */
final class ClusterCheck {
  private ClusterCheck() {}

  /** What {@code run} would lack, one text each. */
  static List<String> missing(ClusterConfiguration cluster, Predicate<InetAddress> hasAddress) {
    List<String> missing = new ArrayList<>();
    TlsFiles tls = cluster.tls();
    try {
      Credentials ignored =
          Credentials.load(tls.authority(), tls.certificate(), tls.key(), cluster.node());
    } catch (CarrierException e) {
      missing.add(e.getMessage() + ", key=cluster.tls");
    }
    if (!hasAddress.test(Addresses.inetAddress(cluster.bind()))) {
      missing.add(
          "this machine does not have the address, key=cluster.bind value=" + cluster.bind());
    }
    return missing;
  }
}
