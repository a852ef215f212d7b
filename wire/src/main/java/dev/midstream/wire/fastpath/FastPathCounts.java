package dev.midstream.wire.fastpath;

/** What the kernel's program counted. Immutable. */
public final class FastPathCounts {
  private static final int OCTETS = RecallReason.values().length;
  private static final int SILENT = OCTETS + 1;

  private static final int DOUBLED = SILENT + 1;
  private static final int RETURNED = DOUBLED + 1;

  private static final int EARLY = RETURNED + 1;

  /** Packets by reason, the octets that passed, and packets in the order of fastpath.h. */
  static final int LENGTH = EARLY + 1;

  private final long[] totals;

  /**
   * Counts from their totals.
   *
   * @param totals packets by {@link RecallReason#number}, octets, then packets: silent, doubled,
   *     returned, early
   */
  public FastPathCounts(long... totals) {
    if (totals.length != LENGTH) {
      throw new IllegalArgumentException("totals=" + totals.length + " expected=" + LENGTH);
    }
    this.totals = totals.clone();
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
    return totals[OCTETS];
  }

  /** Packets that were forwarded because the process was silent. */
  public long silentPackets() {
    return totals[SILENT];
  }

  /**
   * Packets that were forwarded and copied to a socket of the process, because their connection
   * came or went between the kernel's two programs.
   */
  public long doubledPackets() {
    return totals[DOUBLED];
  }

  /** Packets that were forwarded without an entry; {@link #packets} does not count them. */
  public long earlyPackets() {
    return totals[EARLY];
  }

  /**
   * Packets that were neither forwarded nor copied, for the same reason: they came in once more.
   */
  public long returnedPackets() {
    return totals[RETURNED];
  }
}
