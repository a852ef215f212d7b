package dev.midstream.reassembly.store;

/**
 * How many entries the array of a ring has room for: none, or a power of two. It doubles to grow,
 * and shrinks when it is mostly unused, so that each entry is moved a bounded number of times.
 */
final class Capacity {
  /** Room of the smallest array. */
  static final int FIRST = 4;

  /** Up to this room an array shrinks only when it is trimmed. */
  private static final int KEPT = 64;

  private static final int SHRINK_FACTOR = 4;

  private Capacity() {}

  /** Room for one entry more than {@code capacity}. */
  static int grown(int capacity) {
    return Math.max(FIRST, 2 * capacity);
  }

  /** Room after entries were removed and {@code used} are left. */
  static int shrunk(int capacity, int used) {
    boolean wasteful = capacity > KEPT && used <= capacity / SHRINK_FACTOR;
    return wasteful ? Math.max(KEPT, least(2 * used)) : capacity;
  }

  /**
   * Room after a trim with {@code used} entries. A large array of which more than three eighths are
   * used stays, so that a trim after each entry does not move all of them each time.
   */
  static int trimmed(int capacity, int used) {
    boolean mostlyUsed = capacity > KEPT && 8L * used > 3L * capacity;
    return mostlyUsed ? capacity : least(used);
  }

  /** The least room for {@code used} entries. */
  private static int least(int used) {
    return used == 0 ? 0 : Math.max(FIRST, Integer.highestOneBit(2 * used - 1));
  }
}
