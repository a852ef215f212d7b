package dev.midstream.cluster.bucket;

import java.util.Arrays;

/** The load of each bucket, as its owner reported it last. Not thread-safe. */
public final class BucketLoads {
  /* Each bucket counts at least 1, so that nodes without load share the buckets evenly. */
  private static final long LEAST = 1;

  private final long[] loads;

  /** Loads of {@code bucketCount} buckets without load. */
  public BucketLoads(int bucketCount) {
    loads = new long[bucketCount];
    Arrays.fill(loads, LEAST);
  }

  /** Takes a report about {@code bucket}, 0 or more, in any unit that all nodes share. */
  public void report(int bucket, long load) {
    loads[bucket] = LEAST + Math.max(0, load);
  }

  /** The load of {@code bucket}, at least 1. */
  public long of(int bucket) {
    return loads[bucket];
  }
}
