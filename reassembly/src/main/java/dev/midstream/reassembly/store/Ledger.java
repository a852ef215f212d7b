package dev.midstream.reassembly.store;

/** Counts the octets an engine keeps for all its connections against one limit. */
public final class Ledger {
  private final long limitBytes;
  private long usedBytes;
  private long peakBytes;

  /** A ledger that knows {@code limitBytes}. */
  public Ledger(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Whether {@code bytes} more may be kept of what is not next in order. */
  public boolean hasRoomFor(long bytes) {
    return usedBytes + bytes <= limitBytes;
  }

  /** Whether so much is kept that no sender should be asked for more than what is next. */
  public boolean isUnderPressure() {
    return usedBytes > limitBytes - limitBytes / 4;
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
