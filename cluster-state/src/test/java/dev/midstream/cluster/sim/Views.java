package dev.midstream.cluster.sim;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The group layer: each host sees the hosts that it reaches, a little late. */
final class Views {
  private final SimulatedCluster cluster;
  private final Map<NodeId, Integer> order = new HashMap<>();

  Views(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** Something changed, which the hosts see between these times from now. */
  void changeSoon(long fromNanos, long toNanos) {
    for (Host host : cluster.hosts) {
      cluster.later(fromNanos, toNanos, () -> show(host));
    }
  }

  private void show(Host host) {
    if (!host.isRunning()) {
      return;
    }
    List<NodeId> members = new ArrayList<>();
    for (Host other : cluster.hosts) {
      boolean seen =
          other.isRunning()
              && (other == host || !other.isStopped)
              && cluster.network.reaches(host.number, other.number);
      if (seen) {
        members.add(other.id());
        order.putIfAbsent(other.id(), order.size());
      }
    }
    members.sort(
        (one, two) -> Integer.compare(order.getOrDefault(one, 0), order.getOrDefault(two, 0)));
    if (!members.equals(host.shown)) {
      host.shown = members;
      cluster.input(host, new ClusterInput.ViewChanged(members));
    }
  }
}
