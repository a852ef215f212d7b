package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Acknowledgements that the engine must send to the sender of one direction, because the segment
 * that causes them does not reach the receiver. Bounded: when full, the oldest entry is dropped.
 * Derived state.
 */
public final class PendingAcks {
  /*
   * One entry for each duplicate ACK and each ACK of deleted octets: start and end of its octets,
   * when its segment arrived, and 1 if the octets are deleted. The entries are a ring that starts
   * at first.
   */
  private static final int ENTRY = 4;
  private static final int END = 1;
  private static final int ARRIVED = 2;
  private static final int DELETED = 3;
  private static final int INITIAL_LENGTH = 8 * ENTRY;
  private static final int MAX_LENGTH = 256 * ENTRY;
  private static final long[] NONE = {};
  private static final int UNLIMITED_ACKS = 8;
  private static final long ACK_INTERVAL_NANOS = 500_000_000L;

  private long[] ring = NONE;
  private int first;
  private int size;
  private int deletedSize;
  private int unlimitedSent;
  private long lastNanos;
  private boolean dsackPending;
  private long dsackStart;
  private long dsackEnd;
  private boolean ackPending;

  void write(StateWriter out, long nowNanos) {
    out.flags(dsackPending, ackPending);
    if (dsackPending) {
      out.number(dsackStart);
      out.number(dsackEnd);
    }
    out.number(unlimitedSent);
    if (unlimitedSent == UNLIMITED_ACKS) {
      out.time(lastNanos, nowNanos);
    }
    out.number(size);
    for (int i = 0; i < size; i++) {
      int at = (first + i * ENTRY) % ring.length;
      out.number(ring[at]);
      out.signed(ring[at + END] - ring[at]);
      out.time(ring[at + ARRIVED], nowNanos);
      out.number(ring[at + DELETED]);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(3);
    dsackPending = (flags & 1) != 0;
    ackPending = (flags & 2) != 0;
    if (dsackPending) {
      dsackStart = in.number(); // a refused segment may lie below the first octet
      dsackEnd = in.number();
    }
    unlimitedSent = in.count(UNLIMITED_ACKS);
    if (unlimitedSent == UNLIMITED_ACKS) {
      lastNanos = in.time(nowNanos);
    }
    for (int i = in.count(MAX_LENGTH / ENTRY); i > 0; i--) {
      long start = in.number();
      long end = start + in.signed();
      add(start, end, in.time(nowNanos), in.count(1));
    }
  }

  /**
   * Adds a duplicate ACK for a segment that arrived after a gap. The original octets [orgStart,
   * orgEnd) were stored; the range is empty if they were dropped.
   */
  public void addDelayed(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, nowNanos, 0);
  }

  /** Adds an ACK for original octets [orgStart, orgEnd) that arrived and leave nothing to send. */
  public void addDeleted(long orgStart, long orgEnd, long nowNanos) {
    add(orgStart, orgEnd, nowNanos, 1);
  }

  /** Number of ACKs for single segments that wait. */
  public int entries() {
    return size;
  }

  /** Start of the octets of the first entry. */
  public long firstStart() {
    return ring[first];
  }

  /** End of the octets of the first entry. */
  public long firstEnd() {
    return ring[first + END];
  }

  /** Whether the first entry is for deleted octets. */
  public boolean isFirstDeleted() {
    return ring[first + DELETED] != 0;
  }

  /** Whether there are entries, and the newest one is for deleted octets. */
  public boolean isLastDeleted() {
    return size > 0 && ring[last() + DELETED] != 0;
  }

  /** Start of the octets of the newest entry. */
  public long lastStart() {
    return ring[last()];
  }

  /** End of the octets of the newest entry. */
  public long lastEnd() {
    return ring[last() + END];
  }

  private int last() {
    return (first + (size - 1) * ENTRY) % ring.length;
  }

  /** Whether there are entries, and all are for deleted octets: there is no gap to report. */
  public boolean isOnlyDeleted() {
    return size > 0 && deletedSize == size;
  }

  /** When the segment of the first entry arrived; {@link Long#MAX_VALUE} if there is none. */
  public long firstArrivedNanos() {
    return size == 0 ? Long.MAX_VALUE : ring[first + ARRIVED];
  }

  /** Removes the first entry, which is the oldest. */
  public void removeFirst() {
    deletedSize -= (int) ring[first + DELETED];
    first = (first + ENTRY) % ring.length;
    size--;
  }

  /** Removes all entries. */
  public void clear() {
    size = 0;
    deletedSize = 0;
  }

  /** Releases the memory of the entries, if there are none. */
  void trim() {
    if (size == 0) {
      ring = NONE;
      first = 0;
    }
  }

  /** The memory of the entries on the heap. */
  int heapBytes() {
    return Long.BYTES * ring.length;
  }

  /** Requests an ACK with a D-SACK block (RFC 2883) for known octets, within the rate limit. */
  public void requestDsack(long orgStart, long orgEnd, long nowNanos) {
    if (takeAllowance(nowNanos)) {
      dsackPending = true;
      dsackStart = orgStart;
      dsackEnd = orgEnd;
    }
  }

  /**
   * Requests an ACK of the current state, within the rate limit.
   *
   * @return whether one will be sent
   */
  public boolean requestAck(long nowNanos) {
    if (takeAllowance(nowNanos)) {
      ackPending = true;
    }
    return ackPending;
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

  private void add(long orgStart, long orgEnd, long nowNanos, int deleted) {
    if (size * ENTRY == ring.length) {
      makeRoom();
    }
    int at = (first + size * ENTRY) % ring.length;
    ring[at] = orgStart;
    ring[at + END] = orgEnd;
    ring[at + ARRIVED] = nowNanos;
    ring[at + DELETED] = deleted;
    size++;
    deletedSize += deleted;
  }

  private void makeRoom() {
    if (ring.length == MAX_LENGTH) {
      removeFirst();
      return;
    }
    long[] larger = new long[Math.max(INITIAL_LENGTH, 2 * ring.length)];
    System.arraycopy(ring, first, larger, 0, ring.length - first);
    System.arraycopy(ring, 0, larger, ring.length - first, first);
    ring = larger;
    first = 0;
  }
}
