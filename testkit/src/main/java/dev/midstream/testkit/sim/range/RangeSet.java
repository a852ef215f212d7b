package dev.midstream.testkit.sim.range;

import java.util.Arrays;

/** Ranges of offsets, half open, in order, that neither overlap nor touch. Not thread-safe. */
public final class RangeSet {
  private long[] starts = new long[16];
  private long[] ends = new long[16];
  private int count;

  /** How many ranges there are. */
  public int count() {
    return count;
  }

  /** Where a range starts. */
  public long start(int index) {
    return starts[index];
  }

  /** Where a range ends. */
  public long end(int index) {
    return ends[index];
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** The first range that ends above {@code offset}; {@link #count} if none. */
  public int firstEndingAfter(long offset) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Adds {@code [start, end)} and joins what it touches. */
  public void add(long start, long end) {
    if (start >= end) {
      return;
    }
    int first = firstEndingAfter(start - 1);
    int last = first;
    while (last < count && starts[last] <= end) {
      last++;
    }
    if (first == last) {
      insert(first, start, end);
      return;
    }
    starts[first] = Math.min(starts[first], start);
    ends[first] = Math.max(ends[last - 1], end);
    remove(first + 1, last);
  }

  /** Takes everything below {@code offset} away. */
  public void removeBelow(long offset) {
    remove(0, firstEndingAfter(offset));
    if (count > 0 && starts[0] < offset) {
      starts[0] = offset;
    }
  }

  /** Whether one range has any octet of {@code [start, end)}. */
  public boolean touches(long start, long end) {
    int index = firstEndingAfter(start);
    return start < end && index < count && starts[index] < end;
  }

  /** Whether every octet of {@code [start, end)} is there. */
  public boolean has(long start, long end) {
    int index = firstEndingAfter(start);
    return start >= end || (index < count && starts[index] <= start && end <= ends[index]);
  }

  private void insert(int at, long start, long end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(ends, at, ends, at + 1, count - at);
    starts[at] = start;
    ends[at] = end;
    count++;
  }

  private void remove(int from, int to) {
    System.arraycopy(starts, to, starts, from, count - to);
    System.arraycopy(ends, to, ends, from, count - to);
    count -= to - from;
  }
}
