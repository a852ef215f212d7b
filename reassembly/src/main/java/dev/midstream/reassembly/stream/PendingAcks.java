package dev.midstream.reassembly.stream;

/**
 * Acknowledgements that the sender of one direction is owed because a segment of it does not reach
 * the receiver. Bounded: when full, the oldest duplicate gives way.
 */
public final class PendingAcks {
  private static final int FIRST_CAPACITY = 8;
  private static final long[] NONE = {};
  private static final boolean[] NONE_DELETED = {};
  private static final int MOST = 256;
  private static final int FREE_ANSWERS = 8;
  private static final long ANSWER_INTERVAL_NANOS = 500_000_000L;

  private long[] starts = NONE;
  private long[] ends = NONE;
  private long[] arrivedNanos = NONE;
  private boolean[] deleted = NONE_DELETED;
  private int first;
  private int size;
  private int answered;
  private long answeredNanos;
  private boolean old;
  private long oldStart;
  private long oldEnd;
  private boolean current;

  /**
   * A segment with the original octets [orgStart, orgEnd) came and is kept behind a gap, or was
   * thrown away there ({@code orgStart == orgEnd}).
   */
  public void delayed(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, false, nowNanos);
  }

  /** The original octets [orgStart, orgEnd) came and leave nothing to send. */
  public void deleted(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, true, nowNanos);
  }

  /** How many duplicates wait. */
  public int duplicates() {
    return size;
  }

  /** Where the octets of the oldest one start. */
  public long orgStart() {
    return starts[first];
  }

  /** Where the octets of the oldest one end. */
  public long orgEnd() {
    return ends[first];
  }

  /** Whether the oldest one stands for octets that were deleted. */
  public boolean isDeleted() {
    return deleted[first];
  }

  /** When the oldest one came; {@link Long#MAX_VALUE} if there is none. */
  public long arrivedNanos() {
    return size == 0 ? Long.MAX_VALUE : arrivedNanos[first];
  }

  /** Forgets the oldest one. */
  public void removeFirst() {
    first = first + 1 == starts.length ? 0 : first + 1;
    size--;
  }

  /** Forgets all duplicates. */
  public void clear() {
    size = 0;
  }

  /** Old octets [orgStart, orgEnd) came again and are to be answered, unless too often. */
  public void old(long orgStart, long orgEnd, long nowNanos) {
    if (mayAnswer(nowNanos)) {
      old = true;
      oldStart = orgStart;
      oldEnd = orgEnd;
    }
  }

  /** The sender is to be told where things stand, whatever it knows, unless too often. */
  public void current(long nowNanos) {
    if (mayAnswer(nowNanos)) {
      current = true;
    }
  }

  /** Whether old octets are to be answered; only once. */
  public boolean takeOld() {
    boolean taken = old;
    old = false;
    return taken;
  }

  /** Where the old octets start. */
  public long oldStart() {
    return oldStart;
  }

  /** Where the old octets end. */
  public long oldEnd() {
    return oldEnd;
  }

  /** Whether the sender is to be told where things stand; only once. */
  public boolean takeCurrent() {
    boolean taken = current;
    current = false;
    return taken;
  }

  /** Whether anything waits. */
  public boolean isAnything() {
    return size > 0 || old || current;
  }

  /** RFC 5961 section 7: against one that makes the engine answer for ever. */
  private boolean mayAnswer(long nowNanos) {
    if (answered < FREE_ANSWERS) {
      answered++;
      answeredNanos = nowNanos;
      return true;
    }
    if (nowNanos - answeredNanos < ANSWER_INTERVAL_NANOS) {
      return false;
    }
    answeredNanos = nowNanos;
    return true;
  }

  private void add(long orgStart, long orgEnd, boolean isDeleted, long nowNanos) {
    if (size == starts.length) {
      makeRoom();
    }
    int place = slot(size++);
    starts[place] = orgStart;
    ends[place] = orgEnd;
    deleted[place] = isDeleted;
    arrivedNanos[place] = nowNanos;
  }

  private void makeRoom() {
    if (size == MOST) {
      removeFirst();
      return;
    }
    int capacity = Math.max(FIRST_CAPACITY, 2 * size);
    boolean[] kinds = new boolean[capacity];
    for (int i = 0; i < size; i++) {
      kinds[i] = deleted[slot(i)];
    }
    deleted = kinds;
    long[] unrolledStarts = unrolled(starts, capacity);
    ends = unrolled(ends, capacity);
    arrivedNanos = unrolled(arrivedNanos, capacity);
    starts = unrolledStarts;
    first = 0;
  }

  private long[] unrolled(long[] ring, int capacity) {
    long[] result = new long[capacity];
    for (int i = 0; i < size; i++) {
      result[i] = ring[slot(i)];
    }
    return result;
  }

  private int slot(int index) {
    int place = first + index;
    return place < starts.length ? place : place - starts.length;
  }
}
