package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.Objects;
import java.util.UUID;

/** A table that a coordinator, node 1, changes step by step; a change must change something. */
final class Tables {
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  static final NodeId N1 = node(1);
  static final NodeId N2 = node(2);
  static final NodeId N3 = node(3);
  static final NodeId N4 = node(4);

  final Changes changes = new Changes();
  final BucketLoads loads;
  private Allocator allocator;
  private AllocationTable table;
  private NodeId coordinator = N1;

  /** A cluster of one member with all buckets in the pool. */
  Tables(int buckets, int copies, int moves) {
    allocator = new Allocator(copies, moves, /* stays= */ false);
    loads = new BucketLoads(buckets);
    table =
        AllocationTable.first(
            new Version(new Term(1, N1), 1), N1, SECRET, Member.Role.ACTIVE, buckets);
  }

  /** Open connections stay at active nodes whose buckets move. */
  Tables staying() {
    allocator = new Allocator(allocator.copies(), allocator.maxMoves(), /* stays= */ true);
    return this;
  }

  static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(0x0a090000 + number, 7800), new UUID(number, 0));
  }

  AllocationTable table() {
    return table;
  }

  Bucket bucket(int number) {
    return table.bucket(number);
  }

  /** A cluster whose buckets all have owners and complete replicas. */
  Tables settled(NodeId... joining) {
    for (NodeId node : joining) {
      changes.join(node, Member.Role.ACTIVE);
      step();
    }
    for (int bucket = 0; bucket < table.bucketCount(); bucket++) {
      changes.want(bucket);
    }
    tryStep();
    completeAll();
    while (tryStep()) {
      completeAll();
      openAll();
    }
    return this;
  }

  void completeAll() {
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      for (Backup backup : bucket.backups()) {
        changes.complete(backup.node(), number, backup.since());
      }
    }
  }

  void openAll() {
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      if (bucket.from() != null) {
        changes.opened(Objects.requireNonNull(bucket.owner()), number, bucket.epoch());
      }
    }
  }

  void step() {
    if (!tryStep()) {
      throw new AssertionError("nothing changes: " + table.buckets());
    }
  }

  /** The owner of the first bucket is gone; if it coordinated, its heir does. */
  void goneOwner() {
    NodeId owner = Objects.requireNonNull(table.bucket(0).owner());
    if (owner.equals(coordinator)) {
      coordinator(table.bucket(0).backups().getFirst().node());
    }
    changes.gone(owner);
    step();
  }

  /** Another member coordinates, in the next round. */
  void coordinator(NodeId node) {
    coordinator = node;
    table = table.under(new Version(new Term(table.version().term().round() + 1, node), 1), true);
  }

  /** Takes a step that may change nothing; whether it did. */
  boolean tryStep() {
    AllocationTable next =
        allocator.next(table, table.version().next(), coordinator, changes, loads);
    changes.clear();
    table = next == null ? table : next;
    return next != null;
  }

  long owned(NodeId node) {
    return table.buckets().stream().filter(bucket -> bucket.isOwnedBy(node)).count();
  }

  long replicas(NodeId node) {
    return table.buckets().stream().filter(bucket -> bucket.backupOf(node) != null).count();
  }
}
