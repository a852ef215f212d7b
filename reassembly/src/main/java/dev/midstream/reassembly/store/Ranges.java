package dev.midstream.reassembly.store;

import java.util.Arrays;

/**
 * Half-open ranges of one stream's positions, in order, apart from each other: ranges that touch
 * become one. Bounded; allocates only while it grows.
 */
public final class Ranges {
  /** Ranges kept at most; what would make one more is not noted. */
  public static final int MOST = 1_024;

  private static final int FIRST_CAPACITY = 4;
  private static final long[] NONE = {};

  private long[] starts = NONE;
  private long[] ends = NONE;
  private int size;

  /**
   * Adds [start, end).
   *
   * @return false if there was no room, and nothing was noted
   */
  public boolean add(long start, long end) {
    if (start >= end) {
      return true;
    }
    int first = firstEndingFrom(start);
    int behind = first;
    while (behind < size && starts[behind] <= end) {
      behind++;
    }
    if (first == behind) {
      return insert(first, start, end);
    }
    starts[first] = Math.min(starts[first], start);
    ends[first] = Math.max(ends[behind - 1], end);
    remove(first + 1, behind);
    return true;
  }

  /** Forgets everything below {@code position}. */
  public void removeBelow(long position) {
    int gone = 0;
    while (gone < size && ends[gone] <= position) {
      gone++;
    }
    remove(0, gone);
    if (size > 0) {
      starts[0] = Math.max(starts[0], position);
    }
  }

  /** Forgets everything. */
  public void clear() {
    size = 0;
  }

  /** Whether all of [start, end), which is not empty, lies in one of them. */
  public boolean contains(long start, long end) {
    int index = firstEndingFrom(start + 1);
    return index < size && starts[index] <= start && end <= ends[index];
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Where range {@code index} starts. */
  public long start(int index) {
    return starts[index];
  }

  /** Where range {@code index} ends. */
  public long end(int index) {
    return ends[index];
  }

  /** The end of the last one; {@link Long#MIN_VALUE} if there is none. */
  public long highest() {
    return size == 0 ? Long.MIN_VALUE : ends[size - 1];
  }

  /** How many positions at or above {@code position} they have. */
  public long lengthFrom(long position) {
    long length = 0;
    for (int i = size - 1; i >= 0 && ends[i] > position; i--) {
      length += ends[i] - Math.max(starts[i], position);
    }
    return length;
  }

  /** The first position at or above {@code position} that none of them has. */
  public long firstOutside(long position) {
    int index = firstEndingFrom(position + 1);
    return index < size && starts[index] <= position ? ends[index] : position;
  }

  /**
   * The first position above {@code position} that one of them has; {@link Long#MAX_VALUE} if none.
   */
  public long nextStartAbove(long position) {
    for (int i = 0; i < size; i++) {
      if (starts[i] > position) {
        return starts[i];
      }
    }
    return Long.MAX_VALUE;
  }

  private int firstEndingFrom(long position) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean insert(int index, long start, long end) {
    if (size == MOST) {
      return false;
    }
    if (size == starts.length) {
      int capacity = Math.max(FIRST_CAPACITY, 2 * size);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    System.arraycopy(starts, index, starts, index + 1, size - index);
    System.arraycopy(ends, index, ends, index + 1, size - index);
    starts[index] = start;
    ends[index] = end;
    size++;
    return true;
  }

  private void remove(int from, int to) {
    System.arraycopy(starts, to, starts, from, size - to);
    System.arraycopy(ends, to, ends, from, size - to);
    size -= to - from;
  }
}
