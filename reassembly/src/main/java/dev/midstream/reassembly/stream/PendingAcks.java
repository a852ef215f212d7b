package dev.midstream.reassembly.stream;

/**
 * Acknowledgements that the engine must send to the sender of one direction, because the segment
 * that causes them does not reach the receiver. Bounded: when full, the oldest duplicate ACK is
 * dropped. Derived state.
 */
public final class PendingAcks {
  private static final int INITIAL_CAPACITY = 8;
  private static final long[] NONE = {};
  private static final boolean[] NO_DELETIONS = {};
  private static final int MAX_DUPLICATES = 256;
  private static final int UNLIMITED_ACKS = 8;
  private static final long ACK_INTERVAL_NANOS = 500_000_000L;

  private long[] starts = NONE;
  private long[] ends = NONE;
  private long[] arrivedNanos = NONE;
  private boolean[] deletions = NO_DELETIONS;
  private int first;
  private int size;
  private int unlimitedSent;
  private long lastNanos;
  private boolean dsackPending;
  private long dsackStart;
  private long dsackEnd;
  private boolean ackPending;

  /**
   * Adds a duplicate ACK for a segment that arrived after a gap. The original octets [orgStart,
   * orgEnd) were stored; the range is empty if they were dropped.
   */
  public void addDelayed(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, false, nowNanos);
  }

  /** Adds an ACK for original octets [orgStart, orgEnd) that arrived and leave nothing to send. */
  public void addDeleted(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, true, nowNanos);
  }

  /** Number of duplicate ACKs that wait. */
  public int duplicates() {
    return size;
  }

  /** Start of the octets of the oldest duplicate ACK. */
  public long orgStart() {
    return starts[first];
  }

  /** End of the octets of the oldest duplicate ACK. */
  public long orgEnd() {
    return ends[first];
  }

  /** Whether the oldest duplicate ACK is for deleted octets. */
  public boolean isDeleted() {
    return deletions[first];
  }

  /**
   * When the segment of the oldest duplicate ACK arrived; {@link Long#MAX_VALUE} if there is none.
   */
  public long arrivedNanos() {
    return size == 0 ? Long.MAX_VALUE : arrivedNanos[first];
  }

  /** Removes the oldest duplicate ACK. */
  public void removeFirst() {
    first = first + 1 == starts.length ? 0 : first + 1;
    size--;
  }

  /** Removes all duplicate ACKs. */
  public void clear() {
    size = 0;
  }

  /**
   * Requests an ACK with a D-SACK block (RFC 2883) for the known octets [orgStart, orgEnd), within
   * the rate limit.
   */
  public void requestDsack(long orgStart, long orgEnd, long nowNanos) {
    if (takeAllowance(nowNanos)) {
      dsackPending = true;
      dsackStart = orgStart;
      dsackEnd = orgEnd;
    }
  }

  /** Requests an ACK of the current state, within the rate limit. */
  public void requestAck(long nowNanos) {
    if (takeAllowance(nowNanos)) {
      ackPending = true;
    }
  }

  /** Whether a D-SACK is pending; clears the request. */
  public boolean takeDsack() {
    boolean taken = dsackPending;
    dsackPending = false;
    return taken;
  }

  /** Start of the D-SACK block, in original space. */
  public long dsackStart() {
    return dsackStart;
  }

  /** End of the D-SACK block, in original space. */
  public long dsackEnd() {
    return dsackEnd;
  }

  /** Whether an ACK of the current state is pending; clears the request. */
  public boolean takeAck() {
    boolean taken = ackPending;
    ackPending = false;
    return taken;
  }

  /** Whether any acknowledgement is pending. */
  public boolean hasAny() {
    return size > 0 || dsackPending || ackPending;
  }

  /** ACK throttling against ACK loops (RFC 5961 section 7). */
  private boolean takeAllowance(long nowNanos) {
    if (unlimitedSent < UNLIMITED_ACKS) {
      unlimitedSent++;
      lastNanos = nowNanos;
      return true;
    }
    if (nowNanos - lastNanos < ACK_INTERVAL_NANOS) {
      return false;
    }
    lastNanos = nowNanos;
    return true;
  }

  private void add(long orgStart, long orgEnd, boolean isDeleted, long nowNanos) {
    if (size == starts.length) {
      ensureCapacity();
    }
    int place = slot(size++);
    starts[place] = orgStart;
    ends[place] = orgEnd;
    deletions[place] = isDeleted;
    arrivedNanos[place] = nowNanos;
  }

  private void ensureCapacity() {
    if (size == MAX_DUPLICATES) {
      removeFirst();
      return;
    }
    int capacity = Math.max(INITIAL_CAPACITY, 2 * size);
    boolean[] kinds = new boolean[capacity];
    for (int i = 0; i < size; i++) {
      kinds[i] = deletions[slot(i)];
    }
    deletions = kinds;
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
