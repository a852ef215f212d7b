package dev.midstream.modcmd.command;

import java.util.Objects;

/**
 * The store of a command list: a ring of parallel arrays, whose columns of positions never fall
 * with the index.
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

  /** Forgets the {@code count} oldest; an empty ring gives large arrays back. */
  void drop(int count) {
    for (int i = 0; i < count; i++) {
      octets[slot(i)] = Octets.empty();
    }
    head = slot(count);
    size -= count;
    if (size == 0 && orgSeqs.length > KEPT_CAPACITY) {
      resize(FIRST_CAPACITY);
    }
  }

  /** How many commands it has room for. */
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
    return countBelow(orgSeqs, position);
  }

  int countNewSeqsBelow(long position) {
    return countBelow(newSeqs, position);
  }

  int countNewEndsBelow(long position) {
    return countBelow(newEnds, position);
  }

  /** Most look-ups ask for a place behind the last command, so that is tried first. */
  private int countBelow(long[] column, long position) {
    if (size == 0 || column[slot(size - 1)] < position) {
      return size;
    }
    int low = 0;
    int high = size - 1;
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
