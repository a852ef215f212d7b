package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who was proved dead to each life while that had a lease. */
final class Proofs {
  private final Map<NodeId, Set<NodeId>> inTime = new HashMap<>();
  private final Map<NodeId, Set<NodeId>> known = new HashMap<>();

  Set<NodeId> provedTo(NodeId life) {
    return inTime.getOrDefault(life, Set.of());
  }

  /** {@code host} is about to process {@code input}. */
  void note(Host host, ClusterInput input, long nowNanos) {
    if (input instanceof ClusterInput.ProvedDead dead) {
      prove(host, dead.node(), nowNanos);
    } else if (input instanceof ClusterInput.ViewChanged view) {
      AllocationTable table = host.node().table();
      for (NodeId node : view.members()) {
        if (table != null) {
          table.memberIds().stream()
              .filter(member -> member.isOtherLifeOf(node) && !view.members().contains(member))
              .forEach(member -> prove(host, member, nowNanos));
        }
      }
    }
  }

  private void prove(Host host, NodeId gone, long nowNanos) {
    boolean isFirst = known.computeIfAbsent(host.id(), id -> new HashSet<>()).add(gone);
    if (isFirst && host.node().isLeased(host.clock(nowNanos))) {
      inTime.computeIfAbsent(host.id(), id -> new HashSet<>()).add(gone);
    }
  }
}
