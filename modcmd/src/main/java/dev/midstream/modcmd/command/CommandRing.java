package dev.midstream.modcmd.command;

import java.util.Objects;

/**
 * The store of a command list: a ring of parallel arrays. The columns of positions are in ascending
 * order.
 */
final class CommandRing {
  private static final int FIRST_CAPACITY = 4;
  private static final int KEPT_CAPACITY = 64;

  private long[] orgSeqs = {};
  private int[] orgLengths = {};
  private long[] newSeqs = {};
  private long[] newEnds = {};
  private Octets[] octets = {};
  private int head;
  private int size;
  private int orgSeqFinger;
  private int newSeqFinger;
  private int newEndFinger;

  int size() {
    return size;
  }

  void add(long orgSeq, int orgLength, long newSeq, Octets newData) {
    if (size == orgSeqs.length) {
      resize(Math.max(FIRST_CAPACITY, size * 2));
    }
    int slot = slot(size);
    orgSeqs[slot] = orgSeq;
    orgLengths[slot] = orgLength;
    newSeqs[slot] = newSeq;
    newEnds[slot] = newSeq + newData.length();
    octets[slot] = newData;
    size++;
  }

  /** Removes the {@code count} oldest commands; an empty ring releases large arrays. */
  void drop(int count) {
    for (int i = 0; i < count; i++) {
      octets[slot(i)] = Octets.empty();
    }
    head = slot(count);
    size -= count;
    orgSeqFinger = Math.max(0, orgSeqFinger - count);
    newSeqFinger = Math.max(0, newSeqFinger - count);
    newEndFinger = Math.max(0, newEndFinger - count);
    if (size == 0 && orgSeqs.length > KEPT_CAPACITY) {
      resize(FIRST_CAPACITY);
    }
  }

  /** The number of commands that fit without growth. */
  int capacity() {
    return octets.length;
  }

  long orgSeq(int index) {
    return orgSeqs[checked(index)];
  }

  int orgLength(int index) {
    return orgLengths[checked(index)];
  }

  long newSeq(int index) {
    return newSeqs[checked(index)];
  }

  long newEnd(int index) {
    return newEnds[checked(index)];
  }

  Octets octets(int index) {
    return octets[checked(index)];
  }

  int countOrgSeqsBelow(long position) {
    if (isAboveAll(orgSeqs, position)) {
      return size;
    }
    orgSeqFinger = countBelow(orgSeqs, position, orgSeqFinger);
    return orgSeqFinger;
  }

  int countNewSeqsBelow(long position) {
    if (isAboveAll(newSeqs, position)) {
      return size;
    }
    newSeqFinger = countBelow(newSeqs, position, newSeqFinger);
    return newSeqFinger;
  }

  int countNewEndsBelow(long position) {
    if (isAboveAll(newEnds, position)) {
      return size;
    }
    newEndFinger = countBelow(newEnds, position, newEndFinger);
    return newEndFinger;
  }

  /** Most look-ups ask for a position after the last command, so this case is tried first. */
  private boolean isAboveAll(long[] column, long position) {
    return size == 0 || column[slot(size - 1)] < position;
  }

  /**
   * The number of entries of a column below {@code position}, which must not be above all of them.
   * Most of the other look-ups ask for positions near the acknowledgement, so the search goes
   * outwards from the last result.
   */
  private int countBelow(long[] column, long position, int finger) {
    int low = 0;
    int high = size - 1;
    int at = Math.min(finger, high);
    for (int step = 1; low < high; step *= 2) {
      if (column[slot(at)] < position) {
        low = at + 1;
        at = Math.min(at + step, high);
        if (at == high) {
          break;
        }
      } else {
        high = at;
        at = Math.max(at - step, low);
        if (at == low) {
          break;
        }
      }
    }
    return searched(column, position, low, high);
  }

  private int searched(long[] column, long position, int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (column[slot(middle)] < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void resize(int capacity) {
    orgSeqs = unrolled(orgSeqs, capacity);
    newSeqs = unrolled(newSeqs, capacity);
    newEnds = unrolled(newEnds, capacity);
    int[] lengths = new int[capacity];
    Octets[] values = new Octets[capacity];
    for (int i = 0; i < size; i++) {
      lengths[i] = orgLengths[slot(i, octets.length)];
      values[i] = octets[slot(i, octets.length)];
    }
    orgLengths = lengths;
    octets = values;
    head = 0;
  }

  private long[] unrolled(long[] column, int capacity) {
    long[] result = new long[capacity];
    for (int i = 0; i < size; i++) {
      result[i] = column[slot(i, column.length)];
    }
    return result;
  }

  private int checked(int index) {
    return slot(Objects.checkIndex(index, size));
  }

  private int slot(int index) {
    return slot(index, octets.length);
  }

  private int slot(int index, int capacity) {
    return (head + index) & (capacity - 1);
  }
}
