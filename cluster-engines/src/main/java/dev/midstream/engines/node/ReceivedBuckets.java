package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The buckets whose packets a node receives, where each packet reaches all nodes: the open ones,
 * and at the coordinator those without an owner, so that they get one.
 */
final class ReceivedBuckets {
  private final NodeId self;
  private final Consumer<BitSet> filter;
  private final BitSet open = new BitSet();
  private BitSet received = new BitSet();
  private boolean isDue;

  /** No bucket is received; {@code filter} takes the buckets whenever they change. */
  ReceivedBuckets(NodeId self, Consumer<BitSet> filter) {
    this.self = self;
    this.filter = filter;
  }

  /** Receives these buckets from now on, and not those any more that this node had opened. */
  void setOpen(BitSet buckets) {
    BitSet now = (BitSet) received.clone();
    now.andNot(open);
    now.or(buckets);
    open.clear();
    open.or(buckets);
    set(now);
    isDue = true;
  }

  /** What this node is to receive may have changed. */
  void noteDue() {
    isDue = true;
  }

  /**
   * Leaves the buckets to their owners that have got one. This must be done before those hear of
   * it: while two nodes receive a bucket, each forwards what the other one has sent.
   */
  void narrow(AllocationTable agreed) {
    BitSet narrower = (BitSet) received.clone();
    for (int bucket = 0; bucket < agreed.bucketCount(); bucket++) {
      NodeId owner = agreed.bucket(bucket).owner();
      if (owner != null && !owner.equals(self) && !open.get(bucket)) {
        narrower.clear(bucket);
      }
    }
    set(narrower);
    isDue = true;
  }

  /** Receives what is wanted by the table {@code agreed}, if that may have changed. */
  void update(@Nullable AllocationTable agreed, boolean coordinates) {
    if (!isDue) {
      return;
    }
    isDue = false;
    BitSet wanted = (BitSet) open.clone();
    if (agreed != null && coordinates) {
      for (int bucket = 0; bucket < agreed.bucketCount(); bucket++) {
        if (agreed.bucket(bucket).owner() == null) {
          wanted.set(bucket);
        }
      }
    }
    set(wanted);
  }

  /** Receives nothing any more. */
  void end() {
    set(new BitSet());
  }

  private void set(BitSet now) {
    if (!received.equals(now)) {
      received = now;
      filter.accept(now);
    }
  }
}
