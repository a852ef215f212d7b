package dev.midstream.reassembly.store;

/**
 * Counts the octets that an engine keeps for all connections against one limit, and divides the
 * limit into {@link FairShares}. What could be thrown away does not count there: it gives way when
 * another stream needs its room, first that of the stream that has most of it.
 *
 * <p>A part of the limit is reserved for each stream, so that the next octets in order find room
 * although a segment is kept. At most half of the limit is reserved.
 */
public final class MemoryBudget {
  /** A segment of the usual size: what Ethernet carries over IPv4. */
  public static final int USUAL_SEGMENT_BYTES = 1_460;

  /** The reserve of a stream: room for a kept segment and the next one. */
  public static final int RESERVE_BYTES = 2 * USUAL_SEGMENT_BYTES;

  /** Part of the memory for octets that were reported by SACK, and so cannot be thrown away. */
  private static final int REPORTED_PART = 4;

  /** Part of the memory in which octets on SYNs are kept, so that they alone cause no pressure. */
  private static final int SYN_PART = 4;

  private final long limitBytes;
  private final int reserveBytes;
  private final FairShares kept = new FairShares();
  private final FairShares reported = new FairShares();
  private final Givers givers = new Givers();
  private Runnable onGivingWay = () -> {};
  private long reservedBytes;
  private long sharedBytes;
  private long peakBytes;

  /** Creates a budget of {@code limitBytes}, with {@code reserveBytes} reserved for each stream. */
  public MemoryBudget(long limitBytes, int reserveBytes) {
    this.limitBytes = limitBytes;
    this.reserveBytes = reserveBytes;
    recompute();
  }

  /** Calls {@code observer} whenever kept octets were thrown away for others. */
  public void observeGivingWay(Runnable observer) {
    onGivingWay = observer;
  }

  /** Opens an account for one direction of a connection. */
  public MemoryAccount openAccount() {
    return new MemoryAccount(this);
  }

  /** Whether {@code bytes} more may be kept that are not next in order. */
  public boolean hasRoomFor(long bytes) {
    return usedBytes() + bytes <= sharedBytes;
  }

  /** Whether {@code bytes} more may be kept of a SYN, which may stay unanswered. */
  public boolean hasRoomForSyn(long bytes) {
    return usedBytes() + bytes <= sharedBytes / SYN_PART;
  }

  /** Whether no stream should be offered more than its share. */
  public boolean isUnderPressure() {
    return kept.isUnderPressure();
  }

  /** Whether more than {@code bytes} beyond the limit are kept that cannot be thrown away. */
  public boolean isExceededBy(long bytes) {
    return kept.usedBytes() - limitBytes > bytes;
  }

  /** Begins anew after everything that was charged or reserved is gone. */
  public void clear() {
    kept.clear();
    reported.clear();
    givers.clear();
    reservedBytes = 0;
    recompute();
  }

  /** Makes room for {@code bytes} that belong to no stream; returns whether there is. */
  public boolean makeRoomFor(long bytes) {
    return makeRoomFor(bytes, 0);
  }

  /**
   * Makes room for {@code bytes}: those give way that could give more than {@code ownBytes}.
   *
   * @return whether there is room
   */
  boolean makeRoomFor(long bytes, long ownBytes) {
    while (!hasRoomFor(bytes)) {
      MemoryAccount largest = givers.largestAbove(ownBytes);
      if (largest == null) {
        return false;
      }
      if (largest.giveWay(bytes)) {
        onGivingWay.run();
      }
    }
    return true;
  }

  /** Charges octets that belong to no stream; negative for a refund. */
  public void charge(long bytes) {
    kept.take(bytes);
    notePeak();
  }

  FairShares kept() {
    return kept;
  }

  FairShares reported() {
    return reported;
  }

  Givers givers() {
    return givers;
  }

  void notePeak() {
    peakBytes = Math.max(peakBytes, usedBytes());
  }

  /** Reserves room for a stream. */
  void reserve() {
    reservedBytes += reserveBytes;
    recompute();
  }

  /** Cancels the reserve of a stream. */
  void unreserve() {
    reservedBytes -= reserveBytes;
    recompute();
  }

  private void recompute() {
    sharedBytes = limitBytes - Math.min(reservedBytes, limitBytes / 2);
    kept.setLimitBytes(sharedBytes);
    reported.setLimitBytes(sharedBytes / REPORTED_PART);
  }

  /** Octets charged now. */
  public long usedBytes() {
    return kept.usedBytes() + givers.bytes();
  }

  /** Highest value of {@link #usedBytes} so far. */
  public long peakBytes() {
    return peakBytes;
  }
}
