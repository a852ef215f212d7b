package dev.midstream.modcmd.command;

import dev.midstream.agent.Octets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The store of a command list: a ring of parallel arrays. The columns of positions are in ascending
 * order. The column of octets is there only if octets are kept.
 */
final class CommandRing {
  private static final int FIRST_CAPACITY = 4;
  private static final int KEPT_CAPACITY = 64;
  private static final int SHRINK_FACTOR = 4;

  /** Four columns of numbers. */
  private static final int SLOT_BYTES = 28;

  private static final int REFERENCE_BYTES = 4;

  /** The two objects of {@link Octets}, without what they hold. */
  private static final int OCTETS_BYTES = 32;

  private static final long[] NO_POSITIONS = {};
  private static final int[] NO_LENGTHS = {};
  private static final Octets[] NO_OCTETS = {};

  private long[] orgSeqs = NO_POSITIONS;
  private int[] orgLengths = NO_LENGTHS;
  private long[] newSeqs = NO_POSITIONS;
  private long[] newEnds = NO_POSITIONS;
  private Octets[] octets = NO_OCTETS;
  private int head;
  private int size;
  private long octetBytes;
  private int orgSeqFinger;
  private int newSeqFinger;
  private int newEndFinger;

  int size() {
    return size;
  }

  void add(long orgSeq, int orgLength, long newSeq, int newLength) {
    if (size == orgSeqs.length) {
      resize(Math.max(FIRST_CAPACITY, size * 2));
    }
    int slot = slot(size);
    orgSeqs[slot] = orgSeq;
    orgLengths[slot] = orgLength;
    newSeqs[slot] = newSeq;
    newEnds[slot] = newSeq + newLength;
    size++;
  }

  /** Lets the newest command replace {@code more} octets more. */
  void extend(int more) {
    orgLengths[slot(size - 1)] += more;
  }

  /** Keeps the octets of the newest command. */
  void keepOctets(Octets newData) {
    if (octets.length == 0) {
      octets = noOctets(orgSeqs.length);
    }
    octets[slot(size - 1)] = newData;
    octetBytes += bytesOf(newData);
  }

  private static Octets[] noOctets(int capacity) {
    Octets[] none = new Octets[capacity];
    Arrays.fill(none, Octets.empty());
    return none;
  }

  /** Removes the {@code count} oldest commands. Large arrays shrink when they are mostly unused. */
  void drop(int count) {
    for (int i = 0; i < count && octets.length > 0; i++) {
      octetBytes -= bytesOf(octets[slot(i)]);
      octets[slot(i)] = Octets.empty();
    }
    head = slot(count);
    size -= count;
    orgSeqFinger = Math.max(0, orgSeqFinger - count);
    newSeqFinger = Math.max(0, newSeqFinger - count);
    newEndFinger = Math.max(0, newEndFinger - count);
    if (orgSeqs.length > KEPT_CAPACITY && size <= orgSeqs.length / SHRINK_FACTOR) {
      resize(Math.max(KEPT_CAPACITY, capacityFor(2 * size)));
    }
  }

  /**
   * Releases the space that the commands do not need. Large arrays of which more than three eighths
   * are used stay, so that a trim after each command does not move all of them each time.
   */
  void trim() {
    int least = Math.max(FIRST_CAPACITY, capacityFor(size));
    boolean mostlyUsed = orgSeqs.length > KEPT_CAPACITY && 8L * size > 3L * orgSeqs.length;
    if (size == 0) {
      release();
    } else if (least < orgSeqs.length && !mostlyUsed) {
      resize(least);
    }
  }

  private void release() {
    orgSeqs = NO_POSITIONS;
    orgLengths = NO_LENGTHS;
    newSeqs = NO_POSITIONS;
    newEnds = NO_POSITIONS;
    octets = NO_OCTETS;
    head = 0;
  }

  /** Memory of the arrays and of the octets that are kept. */
  long heapBytes() {
    long columns = (long) SLOT_BYTES * orgSeqs.length + (long) REFERENCE_BYTES * octets.length;
    return columns + octetBytes;
  }

  private static int bytesOf(Octets octets) {
    return octets.isEmpty() ? 0 : OCTETS_BYTES + octets.length();
  }

  /** The least power of two that is not below {@code size}. */
  private static int capacityFor(int size) {
    return size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
  }

  /** The number of commands that fit without growth. */
  int capacity() {
    return orgSeqs.length;
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

  /** The octets of a command; empty if they are not kept. */
  Octets octets(int index) {
    int slot = checked(index);
    return octets.length == 0 ? Octets.empty() : octets[slot];
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
    for (int i = 0; i < size; i++) {
      lengths[i] = orgLengths[slot(i, orgLengths.length)];
    }
    orgLengths = lengths;
    if (octets.length > 0) {
      Octets[] values = noOctets(capacity);
      for (int i = 0; i < size; i++) {
        values[i] = octets[slot(i, octets.length)];
      }
      octets = values;
    }
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
    return slot(index, orgSeqs.length);
  }

  private int slot(int index, int capacity) {
    return (head + index) & (capacity - 1);
  }
}
