package dev.midstream.engines.sim;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The group layer: each machine sees those that it reaches, a little late. */
final class Views {
  private final EngineCluster cluster;
  private final Map<NodeId, Integer> order = new HashMap<>();

  Views(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** Something changed, which the machines see between these times from now. */
  void changeSoon(long fromMillis, long toMillis) {
    for (Machine machine : cluster.machines) {
      cluster.later(fromMillis, toMillis, () -> show(machine));
    }
  }

  private void show(Machine machine) {
    if (!machine.isRunning()) {
      return;
    }
    List<NodeId> members = new ArrayList<>();
    for (Machine other : cluster.machines) {
      boolean seen =
          other.isRunning()
              && (other == machine || !other.isStopped)
              && cluster.carrier.reaches(machine, other);
      if (seen) {
        members.add(other.id());
        order.putIfAbsent(other.id(), order.size());
      }
    }
    members.sort(
        (one, two) -> Integer.compare(order.getOrDefault(one, 0), order.getOrDefault(two, 0)));
    if (!members.equals(machine.view)) {
      machine.view = members;
      cluster.input(machine, new ClusterInput.ViewChanged(members));
    }
  }
}
