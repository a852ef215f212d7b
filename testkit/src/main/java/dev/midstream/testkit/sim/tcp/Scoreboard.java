package dev.midstream.testkit.sim.tcp;

import java.util.Arrays;

/**
 * Every octet between the first unacknowledged and the last one sent, as pieces that were sent
 * together, with what is known of each (the scoreboard of RFC 6675 and RFC 8985). A FIN counts as
 * the octet behind the last.
 *
 * <pre>
 *   head                                                   tail
 *   | resent, lost |   | sacked |  | sacked |   |   |   |   |
 *   unacknowledged                                          next
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

  /** Hears which pieces arrived. */
  @FunctionalInterface
  interface Deliveries {
    /** A piece arrived that was last sent at {@code sentNanos}. */
    void delivered(long start, long end, long sentNanos, int transmissions);
  }

  boolean isEmpty() {
    return head == tail;
  }

  /** Index of the first piece; pieces are {@code [head, tail)}. */
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

  /** Whether it is lost and was not sent again since. */
  boolean needsRetransmit(int index) {
    return (marks[index] & (LOST | RETRANSMITTED)) == LOST;
  }

  /** Whether it was taken for lost, sent again since or not. */
  boolean isLost(int index) {
    return (marks[index] & LOST) != 0;
  }

  /** Octets between the first unacknowledged and the last sent. */
  long flightBytes() {
    return isEmpty() ? 0 : ends[tail - 1] - starts[head];
  }

  /** Octets that are thought to be in the network (pipe in RFC 6675). */
  long pipeBytes() {
    return flightBytes() - sackedBytes - lostBytes + retransmittedBytes;
  }

  long sackedBytes() {
    return sackedBytes;
  }

  boolean anyToRetransmit() {
    return pendingRetransmits > 0;
  }

  /** Notes that {@code [start, end)}, which follows what is there, was sent. */
  void append(long start, long end, long nowNanos) {
    makeRoom();
    put(tail++, start, end, nowNanos, 1, (byte) 0);
  }

  /** Index of the first piece that is lost and not yet sent again; {@link #tail} if none. */
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

  /** Notes that the pieces up to {@code end}, from {@code index} on, were sent again. */
  void retransmitted(int index, long end, long nowNanos) {
    long start = starts[index];
    split(end);
    for (int i = indexOf(start); i < tail && starts[i] < end; i++) {
      mark(i, (byte) (marks[i] | RETRANSMITTED));
      sentNanos[i] = nowNanos;
      transmissions[i]++;
    }
  }

  /** Takes away what is acknowledged. */
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

  /** Marks {@code [start, end)} as reported and answers how many octets of it are news. */
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

  /** Takes a piece for lost, a retransmission of it too; not one that was reported. */
  void markLost(int index) {
    if (!isSacked(index)) {
      mark(index, LOST);
    }
  }

  /** Takes everything for lost that was not reported. */
  void markAllLost() {
    for (int i = head; i < tail; i++) {
      markLost(i);
    }
  }

  /** Takes nothing for lost any more that was not sent again. */
  void clearLost() {
    for (int i = head; i < tail; i++) {
      if (needsRetransmit(i)) {
        mark(i, (byte) 0);
      }
    }
  }

  /** Forgets all reports. */
  void clearSacks() {
    for (int i = head; i < tail; i++) {
      mark(i, (byte) (marks[i] & ~SACKED));
    }
  }

  /** Index of the piece with the octet at {@code offset}; head below, tail above all. */
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

  /** Makes {@code offset} a boundary of pieces, if it lies inside one. */
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
    int gone = marks[index] & ~mark;
    int come = mark & ~marks[index];
    sackedBytes += length * (((come & SACKED) != 0 ? 1 : 0) - ((gone & SACKED) != 0 ? 1 : 0));
    lostBytes += length * (((come & LOST) != 0 ? 1 : 0) - ((gone & LOST) != 0 ? 1 : 0));
    retransmittedBytes +=
        length * (((come & RETRANSMITTED) != 0 ? 1 : 0) - ((gone & RETRANSMITTED) != 0 ? 1 : 0));
    pendingRetransmits +=
        ((mark & (LOST | RETRANSMITTED)) == LOST ? 1 : 0) - (needsRetransmit(index) ? 1 : 0);
    marks[index] = mark;
  }

  /** Room for one more piece. */
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
