package dev.midstream.reassembly.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The accounts whose stores could throw octets away, by how many: those that could give most are
 * asked first. Every change takes the same time.
 */
final class Givers {
  /*
   * One list for each power of two; an account is in that of what it could give. Bit n of filled
   * says that list n has an account.
   */
  private final @Nullable MemoryAccount[] newest = new MemoryAccount[Long.SIZE];
  private long filled;
  private long bytes;

  /** What {@code account} could give changes from {@code before} to {@code after} octets. */
  void change(MemoryAccount account, long before, long after) {
    bytes += after - before;
    int from = classOf(before);
    int to = classOf(after);
    if (from == to) {
      return;
    }
    if (from > 0) {
      remove(account, from);
    }
    if (to > 0) {
      add(account, to);
    }
  }

  /** An account that could give most, if that is more than one of {@code bytes} could. */
  @Nullable MemoryAccount largestAbove(long bytes) {
    int highest = Long.SIZE - Long.numberOfLeadingZeros(filled) - 1;
    return highest > classOf(bytes) ? newest[highest] : null;
  }

  /** Forgets all accounts. */
  void clear() {
    Arrays.fill(newest, null);
    filled = 0;
    bytes = 0;
  }

  /** All that could be thrown away. */
  long bytes() {
    return bytes;
  }

  private void add(MemoryAccount account, int list) {
    MemoryAccount next = newest[list];
    account.link(null, next);
    if (next != null) {
      next.link(account, next.nextGiver());
    }
    newest[list] = account;
    filled |= 1L << list;
  }

  private void remove(MemoryAccount account, int list) {
    MemoryAccount previous = account.previousGiver();
    MemoryAccount next = account.nextGiver();
    if (previous != null) {
      previous.link(previous.previousGiver(), next);
    } else {
      newest[list] = next;
      if (next == null) {
        filled &= ~(1L << list);
      }
    }
    if (next != null) {
      next.link(previous, next.nextGiver());
    }
    account.link(null, null);
  }

  /** 0 for nothing, else one more than the exponent of the power of two at or below it. */
  private static int classOf(long bytes) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, bytes));
  }
}
