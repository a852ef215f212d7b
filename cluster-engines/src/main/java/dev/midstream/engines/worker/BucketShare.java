package dev.midstream.engines.worker;

import dev.midstream.cluster.node.ClusterEffect;
import java.util.BitSet;

/**
 * The buckets of one worker of a node: those whose number modulo {@code workers} is {@code worker}.
 * Nodes of one cluster may have different numbers of workers.
 *
 * @param worker 0 or more, below {@code workers}
 * @param workers 1 or more
 */
public record BucketShare(int worker, int workers) {
  /** All buckets, of the only worker of a node. */
  public static final BucketShare ALL = new BucketShare(0, 1);

  /** Rejects a worker that there is not. */
  public BucketShare {
    if (worker < 0 || worker >= workers) {
      throw new IllegalArgumentException("no such worker: worker=" + worker + " of=" + workers);
    }
  }

  /** The worker of a bucket at a node with {@code workers} workers. */
  public static int workerOf(int bucket, int workers) {
    return bucket % workers;
  }

  /** The bucket that an effect concerns; negative if it concerns all, or none. */
  public static int bucketOf(ClusterEffect effect) {
    return switch (effect) {
      case ClusterEffect.OpenBucket open -> open.bucket();
      case ClusterEffect.StopBucket stop -> stop.bucket();
      case ClusterEffect.GoOn staying -> staying.bucket();
      case ClusterEffect.BecomeBackup backup -> backup.bucket();
      case ClusterEffect.ForgetBucket forget -> forget.bucket();
      case ClusterEffect.KeepReplica keep -> keep.bucket();
      case ClusterEffect.DropReplica drop -> drop.bucket();
      default -> -1;
    };
  }

  /** Those of {@code buckets} that are of this worker. */
  public BitSet of(BitSet buckets) {
    BitSet own = new BitSet();
    buckets.stream().filter(this::has).forEach(own::set);
    return own;
  }

  /** Whether {@code bucket} is one of this worker. */
  public boolean has(int bucket) {
    return workerOf(bucket, workers) == worker;
  }
}
