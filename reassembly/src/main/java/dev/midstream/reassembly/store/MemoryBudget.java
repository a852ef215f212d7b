package dev.midstream.reassembly.store;

/**
 * Counts the octets an engine keeps for all its connections against one limit. Of that limit a
 * share is set aside for each stream, so that what is next in order finds room behind one segment
 * that is kept; so many streams that half of the limit were set aside share that half.
 */
public final class MemoryBudget {
  /** Two segments, as large as they usually are: one that is kept, and the next one. */
  public static final int SHARE_BYTES = 2 * 1_460;

  private final long limitBytes;
  private final int shareBytes;
  private long reservedBytes;
  private long sharedBytes;
  private long pressureBytes;
  private long usedBytes;
  private long peakBytes;

  /** A ledger that knows {@code limitBytes}, of which nothing is set aside. */
  public MemoryBudget(long limitBytes) {
    this(limitBytes, 0);
  }

  /** A ledger that knows {@code limitBytes}, {@code shareBytes} of them set aside per stream. */
  public MemoryBudget(long limitBytes, int shareBytes) {
    this.limitBytes = limitBytes;
    this.shareBytes = shareBytes;
    share();
  }

  /** Whether {@code bytes} more may be kept of what is not next in order. */
  public boolean hasRoomFor(long bytes) {
    return usedBytes + bytes <= sharedBytes;
  }

  /** Whether so much is kept that no sender should be asked for more than what is next. */
  public boolean isUnderPressure() {
    return usedBytes > pressureBytes;
  }

  /** Sets the share of a stream aside. */
  void reserve() {
    reservedBytes += shareBytes;
    share();
  }

  /** Gives the share of a stream back. */
  void unreserve() {
    reservedBytes -= shareBytes;
    share();
  }

  private void share() {
    sharedBytes = limitBytes - Math.min(reservedBytes, limitBytes / 2);
    pressureBytes = sharedBytes - sharedBytes / 4;
  }

  /** Charges octets that are kept; what is next in order is charged even beyond the limit. */
  public void charge(long bytes) {
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
  }

  /** Gives back what was charged. */
  public void refund(long bytes) {
    usedBytes -= bytes;
  }

  /** Octets kept now. */
  public long usedBytes() {
    return usedBytes;
  }

  /** The most octets ever kept at once. */
  public long peakBytes() {
    return peakBytes;
  }
}
