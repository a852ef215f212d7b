package dev.midstream.gateway.run;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which worker has a bucket: each n-th one, or another worker after the engine of that one died.
 * Any thread may ask.
 */
final class BucketOwners {
  private final AtomicIntegerArray owners;

  /** Each of {@code workers} workers has its own buckets. */
  BucketOwners(int workers) {
    owners = new AtomicIntegerArray(workers);
    for (int worker = 0; worker < workers; worker++) {
      owners.set(worker, worker);
    }
  }

  /** The worker that has {@code bucket}, 0 or more. */
  int ownerOf(int bucket) {
    return owners.get(bucket % owners.length());
  }

  /** Gives all buckets of {@code dead} to {@code heir}. */
  void move(int dead, int heir) {
    for (int worker = 0; worker < owners.length(); worker++) {
      owners.compareAndSet(worker, dead, heir);
    }
  }
}
