package dev.midstream.reassembly.stream;

/**
 * Acknowledgements that the sender of one direction is owed because a segment of it does not reach
 * the receiver. Bounded: when full, the oldest duplicate gives way.
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
   * A segment with the original octets [orgStart, orgEnd) came and is kept behind a gap, or was
   * thrown away there ({@code orgStart == orgEnd}).
   */
  public void addDelayed(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, false, nowNanos);
  }

  /** The original octets [orgStart, orgEnd) came and leave nothing to send. */
  public void addDeleted(long orgStart, long orgEnd, long nowNanos) {
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
    return deletions[first];
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
  public void requestDsack(long orgStart, long orgEnd, long nowNanos) {
    if (takeAllowance(nowNanos)) {
      dsackPending = true;
      dsackStart = orgStart;
      dsackEnd = orgEnd;
    }
  }

  /** The sender is to be told where things stand, whatever it knows, unless too often. */
  public void requestAck(long nowNanos) {
    if (takeAllowance(nowNanos)) {
      ackPending = true;
    }
  }

  /** Whether old octets are to be answered; only once. */
  public boolean takeDsack() {
    boolean taken = dsackPending;
    dsackPending = false;
    return taken;
  }

  /** Where the old octets start. */
  public long dsackStart() {
    return dsackStart;
  }

  /** Where the old octets end. */
  public long dsackEnd() {
    return dsackEnd;
  }

  /** Whether the sender is to be told where things stand; only once. */
  public boolean takeAck() {
    boolean taken = ackPending;
    ackPending = false;
    return taken;
  }

  /** Whether anything waits. */
  public boolean hasAny() {
    return size > 0 || dsackPending || ackPending;
  }

  /** RFC 5961 section 7: against one that makes the engine answer for ever. */
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
