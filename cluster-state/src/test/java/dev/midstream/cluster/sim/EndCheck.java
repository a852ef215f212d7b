package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Objects;

/** What must hold of a cluster when all is repaired and time has passed. */
final class EndCheck {
  private final SimulatedCluster cluster;

  EndCheck(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** Fails unless the hosts that run are one cluster with leases, whose buckets all rest. */
  void check() {
    List<Host> running = cluster.hosts.stream().filter(Host::isRunning).toList();
    if (running.stream().allMatch(Host::isDispatcher)) {
      return;
    }
    List<Host> coordinators =
        running.stream()
            .filter(host -> host.node().isCoordinator(host.clock(cluster.now())))
            .toList();
    if (coordinators.size() != 1) {
      throw new AssertionError("one must coordinate: " + coordinators + " of " + running);
    }
    AllocationTable table = Objects.requireNonNull(coordinators.getFirst().node().table());
    for (Host host : running) {
      AllocationTable its = host.node().table();
      if (its == null || !its.version().equals(table.version())) {
        throw new AssertionError("all must know " + table + ": " + host + " knows " + its);
      }
      if (!host.node().isLeased(host.clock(cluster.now()))) {
        throw new AssertionError("all must have leases: " + host);
      }
    }
    if (table.members().size() != running.size()) {
      throw new AssertionError("all must be members: " + table + " of " + running);
    }
    checkBuckets(table);
  }

  private void checkBuckets(AllocationTable table) {
    long active = table.members().stream().filter(Member::isActive).count();
    boolean drains = table.members().stream().anyMatch(Member::isDraining);
    if (drains && active > 0) {
      throw new AssertionError("every drain must end: " + table.members());
    }
    for (int number = 0; number < cluster.settings.buckets() && active > 0; number++) {
      Bucket bucket = table.bucket(number);
      NodeId owner = bucket.owner();
      if (owner == null || !cluster.hostOf(owner).emits(number, cluster.now())) {
        throw new AssertionError("every bucket must be owned: " + number + " " + bucket);
      }
      long unreadable = bucket.backups().stream().filter(Backup::unreadable).count();
      long wanted = Math.min(cluster.settings.copies(), active - 1 - unreadable);
      long complete = bucket.backups().stream().filter(Backup::complete).count();
      boolean isRight = complete == wanted && bucket.backups().size() == wanted + unreadable;
      if (bucket.from() != null || !isRight) {
        throw new AssertionError(
            "every bucket must have " + wanted + " backups and rest: " + number + " " + bucket);
      }
      if (bucket.staying() != null) {
        throw new AssertionError("what stayed has closed: " + number + " " + bucket);
      }
    }
  }
}
