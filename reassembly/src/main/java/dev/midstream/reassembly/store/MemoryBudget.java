package dev.midstream.reassembly.store;

/**
 * Counts the octets that an engine keeps for all connections against one limit. A share of the
 * limit is reserved for each stream, so that the next octets in order find room although a segment
 * is kept. At most half of the limit is reserved.
 */
public final class MemoryBudget {
  /** Two segments of the usual size: a kept one and the next one. */
  public static final int SHARE_BYTES = 2 * 1_460;

  private final long limitBytes;
  private final int shareBytes;
  private long reservedBytes;
  private long sharedBytes;
  private long pressureBytes;
  private long usedBytes;
  private long peakBytes;

  /** Creates a budget of {@code limitBytes}, with {@code shareBytes} reserved for each stream. */
  public MemoryBudget(long limitBytes, int shareBytes) {
    this.limitBytes = limitBytes;
    this.shareBytes = shareBytes;
    recompute();
  }

  /** Opens an account for one direction of a connection. */
  public MemoryAccount openAccount() {
    return new MemoryAccount(this);
  }

  /** Whether {@code bytes} more may be kept that are not next in order. */
  public boolean hasRoomFor(long bytes) {
    return usedBytes + bytes <= sharedBytes;
  }

  /** Whether no sender should be offered more than the next octets in order. */
  public boolean isUnderPressure() {
    return usedBytes > pressureBytes;
  }

  /** Reserves the share of a stream. */
  void reserve() {
    reservedBytes += shareBytes;
    recompute();
  }

  /** Cancels the reserve of a stream. */
  void unreserve() {
    reservedBytes -= shareBytes;
    recompute();
  }

  private void recompute() {
    sharedBytes = limitBytes - Math.min(reservedBytes, limitBytes / 2);
    pressureBytes = sharedBytes - sharedBytes / 4;
  }

  /** Begins anew after everything that was charged or reserved is gone. */
  public void clear() {
    usedBytes = 0;
    reservedBytes = 0;
    recompute();
  }

  /** Charges octets, even beyond the limit if they are next in order; negative for a refund. */
  public void charge(long bytes) {
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
  }

  /** Octets charged now. */
  public long usedBytes() {
    return usedBytes;
  }

  /** Highest value of {@link #usedBytes} so far. */
  public long peakBytes() {
    return peakBytes;
  }
}
