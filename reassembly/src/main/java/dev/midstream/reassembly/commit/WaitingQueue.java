package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.ConnectionHeap;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What waits for records, in the order in which it was added. Each entry is charged to the heap of
 * the connections while it is here. A queue that was long for once keeps no memory.
 */
final class WaitingQueue<T> {
  private final ConnectionHeap heap;
  private final int entryBytes;
  private @Nullable Entry<T> first;
  private @Nullable Entry<T> last;
  private long size;

  private static final class Entry<T> {
    private final long number;
    private final T value;
    private @Nullable Entry<T> next;

    Entry(long number, T value) {
      this.number = number;
      this.value = value;
    }
  }

  /**
   * Charges {@code entryBytes} to {@code heap} for each entry, with all that it refers to alone.
   */
  WaitingQueue(ConnectionHeap heap, int entryBytes) {
    this.heap = heap;
    this.entryBytes = entryBytes;
  }

  /** Adds {@code value}, which waits for the record of this number. */
  void add(long number, T value) {
    Entry<T> added = new Entry<>(number, value);
    if (last == null) {
      first = added;
    } else {
      last.next = added;
    }
    last = added;
    size++;
    heap.chargeWaiting(entryBytes);
  }

  /** Whether the first entry waits for one of the records up to {@code number}. */
  boolean isDue(long number) {
    return first != null && first.number <= number;
  }

  /** The number for which the first entry waits; there must be one. */
  long firstNumber() {
    return head().number;
  }

  /** Removes the first entry; there must be one. */
  T remove() {
    Entry<T> removed = head();
    first = removed.next;
    if (first == null) {
      last = null;
    }
    size--;
    heap.chargeWaiting(-entryBytes);
    return removed.value;
  }

  private Entry<T> head() {
    if (first == null) {
      throw new NoSuchElementException("nothing waits");
    }
    return first;
  }

  /** Removes all entries. */
  void clear() {
    heap.chargeWaiting(-bytes());
    first = null;
    last = null;
    size = 0;
  }

  /** What is charged for the entries. */
  long bytes() {
    return size * entryBytes;
  }
}
