package dev.midstream.reassembly.store;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The memory for octets that the engines of one worker share, against one limit, divided into
 * {@link FairShares} of all their streams. What could be thrown away does not count there: it gives
 * way when another stream needs its room, first that of the stream that has most of it, whichever
 * engine it belongs to.
 *
 * <p>A part of the limit is reserved for each stream, so that the next octets in order find room
 * although a segment is kept. At most half of the limit is reserved.
 *
 * <p>Not thread-safe.
 */
public final class MemoryPool {
  /** Part of the memory for octets that were reported by SACK, and so cannot be thrown away. */
  private static final int REPORTED_PART = 4;

  /** Part of the memory in which octets on SYNs are kept, so that they alone cause no pressure. */
  private static final int SYN_PART = 4;

  private final long limitBytes;
  private final int reserveBytes;
  private final FairShares kept = new FairShares();
  private final FairShares reported = new FairShares();
  private final Givers givers = new Givers();

  /** The budgets with streams. */
  private final SequencedSet<MemoryBudget> budgets = new LinkedHashSet<>();

  private long reservedBytes;
  private long sharedBytes;

  /** A pool of {@code limitBytes}, with {@code reserveBytes} reserved for each stream. */
  public MemoryPool(long limitBytes, int reserveBytes) {
    this.limitBytes = limitBytes;
    this.reserveBytes = reserveBytes;
    recompute();
  }

  /** Octets charged now, of all engines. */
  public long usedBytes() {
    return kept.usedBytes() + givers.bytes();
  }

  /** Octets reserved now for the streams of all engines. */
  public long reservedBytes() {
    return reservedBytes;
  }

  boolean hasRoomFor(long bytes) {
    return usedBytes() + bytes <= sharedBytes;
  }

  boolean hasRoomForSyn(long bytes) {
    return usedBytes() + bytes <= sharedBytes / SYN_PART;
  }

  boolean isExceededBy(long bytes) {
    return kept.usedBytes() - limitBytes > bytes;
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

  void add(MemoryBudget budget) {
    budgets.add(budget);
  }

  void remove(MemoryBudget budget) {
    budgets.remove(budget);
  }

  /** What each engine may keep if memory is exceeded, and no other one is to be asked first. */
  long partBytes() {
    return limitBytes / Math.max(1, budgets.size());
  }

  /** The budget that keeps most; null if no engine has streams. */
  @Nullable MemoryBudget largest() {
    MemoryBudget largest = null;
    for (MemoryBudget each : budgets) {
      largest = largest == null || each.keptBytes() > largest.keptBytes() ? each : largest;
    }
    return largest;
  }

  /** Reserves room for {@code streams} more; negative to cancel that. */
  void reserve(int streams) {
    reservedBytes += (long) streams * reserveBytes;
    recompute();
  }

  private void recompute() {
    sharedBytes = limitBytes - Math.min(reservedBytes, limitBytes / 2);
    kept.setLimitBytes(sharedBytes);
    reported.setLimitBytes(sharedBytes / REPORTED_PART);
  }
}
