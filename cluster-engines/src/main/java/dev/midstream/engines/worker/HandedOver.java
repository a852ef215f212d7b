package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Buckets that this node hands over, and of which it keeps what it knows of connections that stay
 * elsewhere. On the worker's thread.
 */
final class HandedOver {
  private final BucketStates states;
  private final @Nullable Last[] all;

  /** To which node a bucket is handed over, by the last table that this node has obeyed. */
  private record Last(NodeId taker, Version version) {}

  HandedOver(BucketStates states) {
    this.states = states;
    all = new @Nullable Last[states.count()];
  }

  /** Notes that {@code bucket} is handed over to {@code taker} by the table of this node. */
  void note(int bucket, NodeId taker) {
    AllocationTable table = states.node().table();
    if (table != null) {
      all[bucket] = new Last(taker, table.version());
    }
  }

  /** Whether {@code bucket} was handed over since this node has opened it. */
  boolean isNoted(int bucket) {
    return all[bucket] != null;
  }

  /** The bucket is handed over no more. */
  void forget(int bucket) {
    all[bucket] = null;
  }

  /**
   * Whether the node with which connections stay may have written to another one, which is gone,
   * since this node handed the bucket over: this node has missed a table, or cannot know that.
   */
  boolean mayBeOutdated(int bucket) {
    Last last = all[bucket];
    AllocationTable table = states.node().table();
    return last != null
        && table != null
        && !table.isMember(last.taker())
        && !table.version().equals(last.version().next());
  }
}
