package dev.midstream.wire.fastpath;

/** What the kernel's program counted. Immutable. */
public final class FastPathCounts {
  /** Packets by reason, and then the octets that passed. */
  static final int LENGTH = RecallReason.values().length + 1;

  private final long[] totals;

  FastPathCounts(long[] totals) {
    this.totals = totals;
  }

  /**
   * Packets that were forwarded ({@link RecallReason#NONE}), or were not and why; those of control
   * bits, starts, edges and headers recalled their connection if it had an entry.
   */
  public long packets(RecallReason reason) {
    return totals[reason.number()];
  }

  /** Payload octets that were forwarded. */
  public long octets() {
    return totals[totals.length - 1];
  }
}
