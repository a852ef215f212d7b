package dev.midstream.bench.heap;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** The octets of the objects that survive full collections. */
public final class LiveHeap {
  /** The serial collector compacts the heap in every fourth full collection only. */
  private static final int COLLECTIONS = 4;

  private static final int MAX_COLLECTIONS = 40;
  private static final long PAUSE_MILLIS = 100;
  private static final long TOLERATED_BYTES = 1_024;

  private LiveHeap() {}

  /**
   * Collects until four collections in a row find no lower figure. Only every fourth of them
   * compacts the heap. A cleaner frees the native memory of dead frames after a collection, and the
   * next collection frees the cleaner's own objects.
   */
  public static long measure() throws InterruptedException {
    long lowest = Long.MAX_VALUE;
    int lowestAt = 0;
    for (int i = 1; i <= MAX_COLLECTIONS; i++) {
      System.gc();
      long bytes = bytesAfterCollection();
      if (bytes < lowest - TOLERATED_BYTES) {
        lowest = bytes;
        lowestAt = i;
      }
      if (i - lowestAt == COLLECTIONS) {
        return lowest;
      }
      Thread.sleep(PAUSE_MILLIS); // the cleaner frees native memory meanwhile
    }
    throw new IllegalStateException("the heap does not stand still: bytes=" + lowest);
  }

  /** The figures that the collection left, without what was allocated since. */
  private static long bytesAfterCollection() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getCollectionUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}
