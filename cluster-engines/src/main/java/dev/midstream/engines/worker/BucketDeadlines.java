package dev.midstream.engines.worker;

import java.util.Arrays;

/** When each bucket is due: a heap of all buckets. */
final class BucketDeadlines {
  private final long[] due;
  private final int[] heap;
  private final int[] place;

  /** No bucket is due. */
  BucketDeadlines(int buckets) {
    due = new long[buckets];
    Arrays.fill(due, Long.MAX_VALUE);
    heap = new int[buckets];
    place = new int[buckets];
    Arrays.setAll(heap, each -> each);
    Arrays.setAll(place, each -> each);
  }

  /** When the first bucket is due; {@link Long#MAX_VALUE} if none is. */
  long nextNanos() {
    return due[heap[0]];
  }

  /** The bucket that is due first. */
  int first() {
    return heap[0];
  }

  /** Sets when {@code bucket} is due; {@link Long#MAX_VALUE} for never. */
  void set(int bucket, long nanos) {
    long before = due[bucket];
    due[bucket] = nanos;
    if (nanos < before) {
      rise(place[bucket]);
    } else if (nanos > before) {
      sink(place[bucket]);
    }
  }

  private void rise(int from) {
    int at = from;
    while (at > 0 && due[heap[at]] < due[heap[(at - 1) / 2]]) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void sink(int from) {
    int at = from;
    int child = earlierChild(at);
    while (child < heap.length && due[heap[child]] < due[heap[at]]) {
      swap(at, child);
      at = child;
      child = earlierChild(at);
    }
  }

  private int earlierChild(int at) {
    int child = 2 * at + 1;
    boolean second = child + 1 < heap.length && due[heap[child + 1]] < due[heap[child]];
    return second ? child + 1 : child;
  }

  private void swap(int one, int other) {
    int bucket = heap[one];
    heap[one] = heap[other];
    heap[other] = bucket;
    place[heap[one]] = one;
    place[heap[other]] = other;
  }
}
