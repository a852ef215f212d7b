package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketLog;

/** The log of a bucket that this node has stopped, on its way to the node that takes it over. */
final class GivenBucket {
  private final BucketLog log;
  private final NodeId taker;
  private final long epoch;
  private boolean told;

  /** The log of a bucket that {@code taker} will own with {@code epoch}. */
  GivenBucket(BucketLog log, NodeId taker, long epoch) {
    this.log = log;
    this.taker = taker;
    this.epoch = epoch;
  }

  BucketLog log() {
    return log;
  }

  /** The epoch of the taker. */
  long epoch() {
    return epoch;
  }

  /** Returns once whether the taker holds all records, so that it may open the bucket. */
  boolean takeCompletion() {
    boolean isNew = !told && log.isHeldBy(taker);
    told |= isNew;
    return isNew;
  }
}
