package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands for the engines: numbered records of each bucket, which all backups must know before
 * one is released.
 */
final class Records {
  private final SimulatedCluster cluster;

  Records(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** A bucket is open; soon its owner knows what stays elsewhere, if something may. */
  void opened(Host host, ClusterEffect.OpenBucket open) {
    int bucket = open.bucket();
    host.unreleased[bucket] = false;
    cluster.oracle.opened(host, bucket, open.epoch(), cluster.now());
    AllocationTable table = host.node().table();
    NodeId life = host.id();
    if (table != null && table.stayer(bucket) != null) {
      long most = cluster.random.nextInt(4) == 0 ? 500 * MILLI : 5 * MILLI;
      cluster.later(1, most, () -> listed(host, life, open));
    }
  }

  /** The owner has heard which connections stay, or does so no more as that node is gone. */
  private void listed(Host host, NodeId life, ClusterEffect.OpenBucket open) {
    if (!host.runs(life)) {
      return;
    }
    int bucket = open.bucket();
    AllocationTable table = host.node().table();
    NodeId stayer = table == null ? null : table.stayer(bucket);
    boolean isLost = table != null && stayer != null && !table.isMember(stayer);
    cluster.input(
        host,
        isLost
            ? new ClusterInput.StayingLost(bucket, open.epoch())
            : new ClusterInput.StayingListed(bucket, open.epoch()));
  }

  /** The giver of a bucket has stopped it, and sends the rest to the taker. */
  void stopped(Host host, ClusterEffect.StopBucket stop) {
    if (!host.isRunning()) {
      return;
    }
    Host taker = cluster.hostOf(stop.to());
    if (host.isPaused() || !isThere(host, taker, stop.to())) {
      cluster.later(MILLI, 10 * MILLI, () -> stopped(host, stop));
      return;
    }
    int bucket = stop.bucket();
    taker.take(bucket, host.records[bucket], host.contents[bucket]);
    cluster.input(host, new ClusterInput.BucketStopped(bucket, stop.epoch()));
  }

  private boolean isThere(Host host, Host other, NodeId node) {
    return other.runs(node) && cluster.network.reaches(host.number, other.number);
  }

  /** A new backup fetches everything that the owner knows. */
  void copyLater(Host host, NodeId life, ClusterEffect.KeepReplica keep) {
    cluster.later(
        MILLI,
        30 * MILLI,
        () -> {
          if (host.runs(life) && isWanted(host, life, keep) && !copies(host, keep)) {
            copyLater(host, life, keep);
          }
        });
  }

  private boolean copies(Host host, ClusterEffect.KeepReplica keep) {
    int bucket = keep.bucket();
    Host owner = cluster.hostOf(keep.owner());
    boolean there =
        !host.isPaused()
            && isThere(host, owner, keep.owner())
            && !owner.isPaused()
            && owner.node().openEpoch(bucket) == keep.epoch()
            && isWanted(owner, host.id(), keep);
    if (there && host.isDeaf) {
      cluster.input(host, new ClusterInput.ReplicaUnreadable(bucket, keep.since()));
    } else if (there) {
      host.records[bucket] = owner.records[bucket];
      host.contents[bucket] = owner.contents[bucket];
      host.unreleased[bucket] = false;
      host.readySince[bucket] = keep.since();
      cluster.tally.count(Happening.COPIED);
      cluster.input(host, new ClusterInput.ReplicaReady(bucket, keep.since()));
    }
    return there;
  }

  /** Whether {@code host} knows that {@code node} is to make this replica. */
  private static boolean isWanted(Host host, NodeId node, ClusterEffect.KeepReplica keep) {
    AllocationTable table = host.node().table();
    Backup backup = table == null ? null : table.bucket(keep.bucket()).backupOf(node);
    return backup != null && backup.since() == keep.since() && !backup.unreadable();
  }

  /** {@code host} decides something in a bucket, and releases it once all backups know it. */
  void write(Host host, int bucket) {
    AllocationTable table = host.isRunning() ? host.node().table() : null;
    if (table == null || !host.emits(bucket, cluster.now())) {
      return;
    }
    long epoch = host.node().openEpoch(bucket);
    Bucket state = table.bucket(bucket);
    if (!state.isOwnedBy(host.id()) || state.epoch() != epoch) {
      return;
    }
    List<Host> knowing = new ArrayList<>();
    List<NodeId> needed = mustKnow(state, bucket);
    if (state.backups().stream().anyMatch(each -> isHeld(each, bucket))) {
      cluster.tally.count(Happening.WAITED);
      return;
    }
    for (NodeId node : needed) {
      Host other = cluster.hostOf(node);
      if (applies(host, other, node, bucket, epoch)) {
        knowing.add(other);
      }
    }
    decide(host, bucket, knowing, knowing.size() == needed.size());
  }

  /** Whether a backup has only a replica of an earlier epoch: its owner decides nothing before. */
  private boolean isHeld(Backup backup, int bucket) {
    boolean ready = cluster.hostOf(backup.node()).readySince[bucket] == backup.since();
    return backup.held() != Epoch.NONE && !ready;
  }

  /** The complete replicas, those that are about to be, and the giver of an unfinished move. */
  private List<NodeId> mustKnow(Bucket state, int bucket) {
    List<NodeId> nodes = new ArrayList<>();
    for (Backup backup : state.backups()) {
      boolean ready = cluster.hostOf(backup.node()).readySince[bucket] == backup.since();
      if (!backup.unreadable() && (backup.complete() || ready)) {
        nodes.add(backup.node());
      }
    }
    NodeId from = state.from();
    if (from != null) {
      nodes.add(from);
    }
    return nodes;
  }

  /**
   * A record that not all backups know is not released. Its owner repeats it, so it makes no other
   * one before all know it; a backup ignores records that it has.
   */
  private void decide(Host host, int bucket, List<Host> knowing, boolean all) {
    boolean again = host.unreleased[bucket];
    long record = host.records[bucket] + (again ? 0 : 1);
    long content = again ? host.contents[bucket] : cluster.random.nextLong();
    host.take(bucket, record, content);
    host.unreleased[bucket] = !all;
    knowing.forEach(other -> other.take(bucket, record, content));
    if (all) {
      release(host, bucket, record, knowing);
    }
  }

  private void release(Host host, int bucket, long record, List<Host> knowing) {
    if (cluster.isTraced) {
      cluster.trace(host + " releases " + record + " of " + bucket + ", known to " + knowing);
    }
    knowing.forEach(other -> cluster.oracle.replicated(host, other, bucket));
    cluster.oracle.released(host, bucket, record, host.contents[bucket]);
  }

  /** Whether a backup takes a record: it refuses an epoch lower than the one it knows. */
  private boolean applies(Host host, Host other, NodeId node, int bucket, long epoch) {
    if (other.isPaused() || !isThere(host, other, node)) {
      return false;
    }
    AllocationTable table = other.node().table();
    boolean takes =
        table != null
            && table.bucket(bucket).epoch() <= epoch
            && (table.bucket(bucket).epoch() < epoch || table.bucket(bucket).names(node));
    cluster.tally.count(!takes, Happening.REFUSED);
    return takes;
  }
}
