package dev.midstream.reassembly.store;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the octets that one engine keeps for all its connections. The limit is that of the {@link
 * MemoryPool} which it shares with other engines.
 */
public final class MemoryBudget {
  /** A segment of the usual size: what Ethernet carries over IPv4. */
  public static final int USUAL_SEGMENT_BYTES = 1_460;

  /** The reserve of a stream: room for a kept segment and the next one. */
  public static final int RESERVE_BYTES = 2 * USUAL_SEGMENT_BYTES;

  private final MemoryPool pool;
  private Runnable onGivingWay = () -> {};
  private LongConsumer onExcess = nowNanos -> {};

  /** The first of the accounts that are open or charged. */
  private @Nullable MemoryAccount first;

  private long usedBytes;
  private long givableBytes;
  private long peakBytes;

  /** Creates a budget of {@code limitBytes}, with {@code reserveBytes} reserved for each stream. */
  public MemoryBudget(long limitBytes, int reserveBytes) {
    this(new MemoryPool(limitBytes, reserveBytes));
  }

  /** Creates a budget within {@code pool}. */
  public MemoryBudget(MemoryPool pool) {
    this.pool = pool;
  }

  /** Calls {@code observer} whenever kept octets of this engine were thrown away for others. */
  public void observeGivingWay(Runnable observer) {
    onGivingWay = observer;
  }

  /**
   * Calls {@code observer} with the time when another engine finds the memory exceeded, and this
   * engine keeps most.
   */
  public void observeExcess(LongConsumer observer) {
    onExcess = observer;
  }

  /** Opens an account for one direction of a connection. */
  public MemoryAccount openAccount() {
    return new MemoryAccount(this);
  }

  /** Whether {@code bytes} more may be kept that are not next in order. */
  public boolean hasRoomFor(long bytes) {
    return pool.hasRoomFor(bytes);
  }

  /** Whether {@code bytes} more may be kept of a SYN, which may stay unanswered. */
  public boolean hasRoomForSyn(long bytes) {
    return pool.hasRoomForSyn(bytes);
  }

  /** Whether no stream should be offered more than its share. */
  public boolean isUnderPressure() {
    return pool.kept().isUnderPressure();
  }

  /** Whether more than {@code bytes} beyond the limit are kept that cannot be thrown away. */
  public boolean isExceededBy(long bytes) {
    return pool.isExceededBy(bytes);
  }

  /**
   * Whether this engine is to end connections of its own while memory is exceeded: it keeps more
   * than its part of the limit, as at least one engine does. Otherwise the one that keeps most is
   * told of it.
   */
  public boolean isOverPart(long nowNanos) {
    if (keptBytes() > pool.partBytes()) {
      return true;
    }
    MemoryBudget largest = pool.largest();
    if (largest != null) {
      largest.onExcess.accept(nowNanos);
    }
    return false;
  }

  /**
   * Begins anew after everything that was charged or reserved is gone. Gives back to the pool what
   * is charged and reserved still, even if the objects that did so are lost.
   */
  public void clear() {
    while (first != null) {
      first.abandon();
    }
    charge(-usedBytes);
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
      MemoryAccount largest = pool.givers().largestAbove(ownBytes);
      if (largest == null) {
        return false;
      }
      if (largest.giveWay(bytes)) {
        largest.budget().onGivingWay.run();
      }
    }
    return true;
  }

  /** Charges octets that belong to no stream; negative for a refund. */
  public void charge(long bytes) {
    pool.kept().take(bytes);
    note(bytes);
  }

  FairShares kept() {
    return pool.kept();
  }

  FairShares reported() {
    return pool.reported();
  }

  /** What {@code account} could give changes from {@code before} to {@code after} octets. */
  void changeGivable(MemoryAccount account, long before, long after) {
    pool.givers().change(account, before, after);
    givableBytes += after - before;
  }

  /** Notes that {@code bytes} more are charged. */
  void note(long bytes) {
    usedBytes += bytes;
    peakBytes = Math.max(peakBytes, usedBytes);
  }

  /** Reserves room for {@code streams} more; negative to cancel that. */
  void reserve(int streams) {
    pool.reserve(streams);
  }

  /** Adds an account, which is open or charged. */
  void add(MemoryAccount account) {
    if (first == null) {
      pool.add(this);
    } else {
      first.setPrevious(account);
    }
    account.setNext(first);
    first = account;
  }

  /** Removes an account, which is neither. */
  void remove(MemoryAccount account) {
    MemoryAccount previous = account.previous();
    MemoryAccount next = account.next();
    if (previous == null) {
      first = next;
    } else {
      previous.setNext(next);
    }
    if (next != null) {
      next.setPrevious(previous);
    }
    account.setPrevious(null);
    account.setNext(null);
    if (first == null) {
      pool.remove(this);
    }
  }

  /** Octets charged now that cannot be thrown away. */
  long keptBytes() {
    return usedBytes - givableBytes;
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
