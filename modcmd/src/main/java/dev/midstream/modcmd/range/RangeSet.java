package dev.midstream.modcmd.range;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.Arrays;

/**
 * Half-open ranges of offsets in ascending order. Ranges that overlap or touch are merged. A small
 * set allocates only while it grows; a large one shrinks when it is mostly unused.
 */
public final class RangeSet {
  /**
   * Maximum ranges that {@link #add} keeps. It bounds the work of every walk through a set that a
   * peer fills.
   */
  public static final int MAX_RANGES = 256;

  private static final int FIRST_CAPACITY = 4;

  /** Up to this room a set shrinks only when it is trimmed. */
  private static final int KEPT_CAPACITY = 16;

  private static final int SHRINK_FACTOR = 4;
  private static final int SLOT_BYTES = 16;
  private static final long[] NONE = {};

  private long[] starts = NONE;
  private long[] ends = NONE;
  private int size;

  /**
   * Adds [start, end), unless the set would exceed {@link #MAX_RANGES}.
   *
   * @return false if nothing was added for lack of room
   */
  public boolean add(long start, long end) {
    return add(start, end, MAX_RANGES);
  }

  /** Adds [start, end) without a limit on the number of ranges. */
  public void addUnbounded(long start, long end) {
    add(start, end, Integer.MAX_VALUE);
  }

  /** Writes the ranges. */
  public void write(StateWriter out) {
    out.number(size);
    long before = 0;
    for (int i = 0; i < size; i++) {
      out.number(starts[i] - before);
      out.number(ends[i] - starts[i]);
      before = ends[i];
    }
  }

  /** Reads what {@link #write} wrote into this set, which must be empty. */
  public void read(StateReader in) {
    long end = 0;
    // A range takes two octets or more.
    for (int i = in.count(in.remaining() / 2); i > 0; i--) {
      long start = in.positionAfter(end);
      end = in.positionAfter(start);
      if (end == start) {
        throw new MalformedState("range is empty: start=" + start);
      }
      addUnbounded(start, end);
    }
  }

  /** Removes every offset below {@code offset}. */
  public void removeBelow(long offset) {
    remove(0, firstEndingAfter(offset));
    if (size > 0) {
      starts[0] = Math.max(starts[0], offset);
    }
  }

  /** Removes [start, end); returns how many offsets of it were in the set. */
  public long remove(long start, long end) {
    int first = firstEndingAfter(start);
    int next = first;
    long removed = 0;
    while (start < end && next < size && starts[next] < end) {
      removed += Math.min(end, ends[next]) - Math.max(start, starts[next]);
      next++;
    }
    if (first < next) {
      long left = starts[first];
      long right = ends[next - 1];
      remove(first, next);
      if (end < right) {
        insert(first, end, right, Integer.MAX_VALUE);
      }
      if (left < start) {
        insert(first, left, start, Integer.MAX_VALUE);
      }
    }
    return removed;
  }

  /** Removes all ranges. */
  public void clear() {
    remove(0, size);
  }

  /** Releases memory that the ranges do not need, if that is half of it or more. */
  public void trim() {
    if (starts.length > 0 && size <= starts.length / 2) {
      resize(size);
    }
  }

  /** The memory of the set on the heap. */
  public int heapBytes() {
    return SLOT_BYTES * starts.length;
  }

  /** Whether one range contains all of [start, end), which must not be empty. */
  public boolean contains(long start, long end) {
    int index = firstEndingAfter(start);
    return index < size && starts[index] <= start && end <= ends[index];
  }

  /** Whether a range contains any offset of [start, end). */
  public boolean intersects(long start, long end) {
    int index = firstEndingAfter(start);
    return start < end && index < size && starts[index] < end;
  }

  /** Whether the set has no ranges. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** The number of ranges. */
  public int size() {
    return size;
  }

  /** The start of range {@code index}. */
  public long start(int index) {
    return starts[index];
  }

  /** The end of range {@code index}. */
  public long end(int index) {
    return ends[index];
  }

  /** The end of the last range; {@link Long#MIN_VALUE} if the set is empty. */
  public long highest() {
    return size == 0 ? Long.MIN_VALUE : ends[size - 1];
  }

  /**
   * The highest offset of the set below {@code offset}; {@link Long#MIN_VALUE} if there is none.
   */
  public long highestBelow(long offset) {
    int index = firstEndingAfter(offset - 1);
    if (index < size && starts[index] < offset) {
      return offset - 1;
    }
    return index == 0 ? Long.MIN_VALUE : ends[index - 1] - 1;
  }

  /** Whether the set has more than {@code length} offsets at or above {@code offset}. */
  public boolean hasMoreThan(long length, long offset) {
    long found = 0;
    for (int i = size - 1; i >= 0 && ends[i] > offset && found <= length; i--) {
      found += ends[i] - Math.max(starts[i], offset);
    }
    return found > length;
  }

  /** The first offset at or above {@code offset} that is not in the set. */
  public long firstOutside(long offset) {
    int index = firstEndingAfter(offset);
    return index < size && starts[index] <= offset ? ends[index] : offset;
  }

  /** The first offset at or above {@code offset} in the set; {@link Long#MAX_VALUE} if none is. */
  public long firstInside(long offset) {
    int index = firstEndingAfter(offset);
    return index < size ? Math.max(offset, starts[index]) : Long.MAX_VALUE;
  }

  /** The start of the first range that starts above {@code offset}, or {@link Long#MAX_VALUE}. */
  public long nextStartAbove(long offset) {
    int index = firstEndingAfter(offset);
    int next = index < size && starts[index] <= offset ? index + 1 : index;
    return next < size ? starts[next] : Long.MAX_VALUE;
  }

  /** The index of the first range that ends above {@code offset}; {@link #size} if none does. */
  public int firstEndingAfter(long offset) {
    int low = 0;
    int high = size;
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

  private boolean add(long start, long end, int maxRanges) {
    if (start >= end) {
      return true;
    }
    int first = firstEndingAfter(start - 1);
    int next = first;
    while (next < size && starts[next] <= end) {
      next++;
    }
    if (first == next) {
      return insert(first, start, end, maxRanges);
    }
    starts[first] = Math.min(starts[first], start);
    ends[first] = Math.max(ends[next - 1], end);
    remove(first + 1, next);
    return true;
  }

  private boolean insert(int index, long start, long end, int maxRanges) {
    if (size >= maxRanges) {
      return false;
    }
    if (size == starts.length) {
      resize(Math.max(FIRST_CAPACITY, 2 * size));
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
    if (starts.length > KEPT_CAPACITY && size <= starts.length / SHRINK_FACTOR) {
      resize(size == 0 ? 0 : Math.max(KEPT_CAPACITY, 2 * size));
    }
  }

  private void resize(int capacity) {
    starts = capacity == 0 ? NONE : Arrays.copyOf(starts, capacity);
    ends = capacity == 0 ? NONE : Arrays.copyOf(ends, capacity);
  }
}
