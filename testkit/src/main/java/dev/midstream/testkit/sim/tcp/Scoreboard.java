package dev.midstream.testkit.sim.tcp;

import java.util.Arrays;

/**
 * The scoreboard of RFC 6675 and RFC 8985: all octets from SND.UNA to SND.NXT. An entry is a run of
 * octets that were sent together. A FIN counts as the octet after the last one.
 *
 * <pre>
 *   head                                                   tail
 *   | lost, retr.  |   | sacked |  | sacked |   |   |   |   |
 *   SND.UNA                                                 SND.NXT
 * </pre>
 */
final class Scoreboard {
  private static final byte SACKED = 1;
  private static final byte LOST = 2;
  private static final byte RETRANSMITTED = 4;

  private long[] starts = new long[64];
  private long[] ends = new long[64];
  private long[] sentNanos = new long[64];
  private int[] transmissions = new int[64];
  private byte[] marks = new byte[64];
  private int head;
  private int tail;
  private long sackedBytes;
  private long lostBytes;
  private long retransmittedBytes;
  private int pendingRetransmits;

  /** A listener for delivered entries. */
  @FunctionalInterface
  interface Deliveries {
    /** An entry was delivered that was last sent at {@code sentNanos}. */
    void delivered(long start, long end, long sentNanos, int transmissions);
  }

  boolean isEmpty() {
    return head == tail;
  }

  /** The index of the first entry; entries are {@code [head, tail)}. */
  int head() {
    return head;
  }

  int tail() {
    return tail;
  }

  long start(int index) {
    return starts[index];
  }

  long end(int index) {
    return ends[index];
  }

  long sentNanos(int index) {
    return sentNanos[index];
  }

  int transmissions(int index) {
    return transmissions[index];
  }

  boolean isSacked(int index) {
    return (marks[index] & SACKED) != 0;
  }

  /** Whether the entry is lost and was not retransmitted since. */
  boolean needsRetransmit(int index) {
    return (marks[index] & (LOST | RETRANSMITTED)) == LOST;
  }

  /** Whether the entry was marked as lost, retransmitted since or not. */
  boolean isLost(int index) {
    return (marks[index] & LOST) != 0;
  }

  /** The octets from SND.UNA to SND.NXT. */
  long flightBytes() {
    return isEmpty() ? 0 : ends[tail - 1] - starts[head];
  }

  /** The estimate of octets in flight (pipe in RFC 6675). */
  long pipeBytes() {
    return flightBytes() - sackedBytes - lostBytes + retransmittedBytes;
  }

  long sackedBytes() {
    return sackedBytes;
  }

  boolean anyToRetransmit() {
    return pendingRetransmits > 0;
  }

  /** Appends {@code [start, end)}, which was sent for the first time. */
  void append(long start, long end, long nowNanos) {
    makeRoom();
    put(tail++, start, end, nowNanos, 1, (byte) 0);
  }

  /** The index of the first entry to retransmit; {@link #tail} if there is none. */
  int firstToRetransmit() {
    int index = head;
    if (!anyToRetransmit()) {
      return tail;
    }
    while (index < tail && !needsRetransmit(index)) {
      index++;
    }
    return index;
  }

  /** Notes that the entries from {@code index} up to {@code end} were retransmitted. */
  void retransmitted(int index, long end, long nowNanos) {
    long start = starts[index];
    split(end);
    for (int i = indexOf(start); i < tail && starts[i] < end; i++) {
      mark(i, (byte) (marks[i] | RETRANSMITTED));
      sentNanos[i] = nowNanos;
      transmissions[i]++;
    }
  }

  /** Removes acknowledged octets. */
  void removeBelow(long ack, Deliveries deliveries) {
    while (head < tail && starts[head] < ack) {
      if (ends[head] > ack) {
        split(ack);
      }
      if (!isSacked(head)) {
        deliveries.delivered(starts[head], ends[head], sentNanos[head], transmissions[head]);
      }
      mark(head, (byte) 0);
      head++;
    }
    if (head == tail) {
      head = 0;
      tail = 0;
    }
  }

  /**
   * Marks {@code [start, end)} as reported by SACK and returns the number of newly reported octets.
   */
  long sack(long start, long end, Deliveries deliveries) {
    split(start);
    split(end);
    long before = sackedBytes;
    for (int i = indexOf(start); i < tail && starts[i] < end; i++) {
      if (!isSacked(i)) {
        deliveries.delivered(starts[i], ends[i], sentNanos[i], transmissions[i]);
        mark(i, SACKED);
      }
    }
    return sackedBytes - before;
  }

  /** Marks an entry as lost, also after a retransmission, unless it was reported by SACK. */
  void markLost(int index) {
    if (!isSacked(index)) {
      mark(index, LOST);
    }
  }

  /** Marks as lost everything that was not reported by SACK. */
  void markAllLost() {
    for (int i = head; i < tail; i++) {
      markLost(i);
    }
  }

  /** Clears the mark of lost entries that were not retransmitted. */
  void clearLost() {
    for (int i = head; i < tail; i++) {
      if (needsRetransmit(i)) {
        mark(i, (byte) 0);
      }
    }
  }

  /** Clears all SACK marks. */
  void clearSacks() {
    for (int i = head; i < tail; i++) {
      mark(i, (byte) (marks[i] & ~SACKED));
    }
  }

  /** The index of the entry with the octet at {@code offset}; head below all, tail above all. */
  int indexOf(long offset) {
    int low = head;
    int high = tail;
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

  /** Splits the entry with {@code offset} inside. */
  private void split(long offset) {
    int index = indexOf(offset);
    if (index == tail || starts[index] >= offset) {
      return;
    }
    makeRoom();
    index = indexOf(offset);
    int moved = tail - index - 1;
    System.arraycopy(starts, index + 1, starts, index + 2, moved);
    System.arraycopy(ends, index + 1, ends, index + 2, moved);
    System.arraycopy(sentNanos, index + 1, sentNanos, index + 2, moved);
    System.arraycopy(transmissions, index + 1, transmissions, index + 2, moved);
    System.arraycopy(marks, index + 1, marks, index + 2, moved);
    tail++;
    put(index + 1, offset, ends[index], sentNanos[index], transmissions[index], marks[index]);
    pendingRetransmits += needsRetransmit(index) ? 1 : 0;
    ends[index] = offset;
  }

  private void put(int at, long start, long end, long timeNanos, int sent, byte mark) {
    starts[at] = start;
    ends[at] = end;
    sentNanos[at] = timeNanos;
    transmissions[at] = sent;
    marks[at] = mark;
  }

  private void mark(int index, byte mark) {
    long length = ends[index] - starts[index];
    int cleared = marks[index] & ~mark;
    int added = mark & ~marks[index];
    sackedBytes += length * (((added & SACKED) != 0 ? 1 : 0) - ((cleared & SACKED) != 0 ? 1 : 0));
    lostBytes += length * (((added & LOST) != 0 ? 1 : 0) - ((cleared & LOST) != 0 ? 1 : 0));
    retransmittedBytes +=
        length
            * (((added & RETRANSMITTED) != 0 ? 1 : 0) - ((cleared & RETRANSMITTED) != 0 ? 1 : 0));
    pendingRetransmits +=
        ((mark & (LOST | RETRANSMITTED)) == LOST ? 1 : 0) - (needsRetransmit(index) ? 1 : 0);
    marks[index] = mark;
  }

  /** Makes room for one more entry. */
  private void makeRoom() {
    if (tail < starts.length) {
      return;
    }
    int count = tail - head;
    int room = head > starts.length / 2 ? starts.length : 2 * starts.length;
    starts = moved(starts, count, room);
    ends = moved(ends, count, room);
    sentNanos = moved(sentNanos, count, room);
    transmissions = Arrays.copyOf(Arrays.copyOfRange(transmissions, head, tail), room);
    marks = Arrays.copyOf(Arrays.copyOfRange(marks, head, tail), room);
    head = 0;
    tail = count;
  }

  private long[] moved(long[] array, int count, int room) {
    long[] target = new long[room];
    System.arraycopy(array, head, target, 0, count);
    return target;
  }
}
