package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node may give up what it knows of a cluster: only if those that are left of it may not
 * go on.
 */
final class Founding {
  private final List<Host> hosts;
  private final Proofs proofs = new Proofs();
  private final Acceptances acceptances = new Acceptances();

  Founding(List<Host> hosts) {
    this.hosts = hosts;
  }

  /** {@code host} is about to process {@code input}. */
  void note(Host host, ClusterInput input, long nowNanos) {
    proofs.note(host, input, nowNanos);
  }

  /** {@code node} does something. */
  void note(NodeId node, ClusterEffect effect) {
    if (effect instanceof ClusterEffect.Send send) {
      acceptances.note(node, send.message());
    }
  }

  /**
   * {@code life} gives up, because too few are left to know what was agreed on.
   *
   * @param agreed the table that it knows to be agreed on
   * @return whether one that is left has accepted a table which may be agreed on or not
   */
  boolean checkDoubt(NodeId life, AllocationTable agreed) {
    Set<NodeId> running = new HashSet<>();
    AllocationTable before = agreed;
    for (Host host : hosts) {
      if (host.isRunning()) {
        running.add(host.id());
        before = later(before, host.node().table());
      }
    }
    before = later(before, acceptances.agreed(agreed.founder(), running));
    AllocationTable last = later(before, acceptances.accepted(agreed.founder(), running));
    boolean isOpen = last.version().isAfter(before.version());
    if (!isOpen && before.isMember(life)) {
      check(life + " gives up", before, running, proofs::provedTo);
    }
    return isOpen;
  }

  private static AllocationTable later(AllocationTable one, @Nullable AllocationTable other) {
    if (other == null || !other.founder().equals(one.founder())) {
      return one;
    }
    return other.version().isAfter(one.version()) ? other : one;
  }

  /**
   * Fails if lives that run are a strict majority of {@code before}, or if all others were proved
   * dead to one of them while that had a lease.
   *
   * @param what begins anew
   * @param provedTo who was proved dead to a life in time
   */
  static void check(
      String what,
      AllocationTable before,
      Set<NodeId> runningLives,
      Function<NodeId, Set<NodeId>> provedTo) {
    Set<NodeId> present = new HashSet<>(before.voterIds());
    present.retainAll(runningLives);
    Set<NodeId> missing = new HashSet<>(before.voterIds());
    missing.removeAll(runningLives);
    if (present.size() > missing.size()) {
      throw new AssertionError(what + " although a majority of " + before + " runs: " + present);
    }
    for (NodeId each : present) {
      if (provedTo.apply(each).containsAll(missing)) {
        throw new AssertionError(
            what + " although all others of " + before + " were proved dead to " + each);
      }
    }
  }
}
