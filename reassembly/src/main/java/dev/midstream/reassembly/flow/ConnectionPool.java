package dev.midstream.reassembly.flow;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * The connections that the engines of one worker may know together, by number and by the heap that
 * they take.
 *
 * <p>Not thread-safe.
 */
public final class ConnectionPool {
  /** Engines looked at to make room at one of them. */
  private static final int MAX_LOOKS = 16;

  /** The part of the limit that is for half-open connections. */
  private static final int HALF_OPEN_PART = 4;

  private final int maxConnections;
  private final long limitBytes;
  private final long halfOpenBytes;

  /** The heaps with connections. */
  private final SequencedSet<ConnectionHeap> heaps = new LinkedHashSet<>();

  private final ConnectionCharge sum = new ConnectionCharge();

  /**
   * Allows so many connections and octets, a quarter of the octets for half-open connections.
   *
   * @param maxConnections 1 or more, half-open and parked ones included
   */
  public ConnectionPool(int maxConnections, long limitBytes) {
    this.maxConnections = maxConnections;
    halfOpenBytes = limitBytes / HALF_OPEN_PART;
    this.limitBytes = limitBytes - halfOpenBytes;
  }

  /** Number of connections of all engines. */
  public int connections() {
    return sum.connections();
  }

  /**
   * Charges octets for names of connections, such as those of connections that are elsewhere;
   * negative for a refund. Connections of the engines have so much less room.
   */
  public void chargeListed(long bytes) {
    sum.listedBytes += bytes;
  }

  /** Octets charged for names of connections. */
  public long listedBytes() {
    return sum.listedBytes;
  }

  /** Whether {@code bytes} more may be charged. */
  public boolean hasRoomFor(long bytes) {
    return bytes <= limitBytes - usedBytes();
  }

  /**
   * Octets charged now for the connections of all engines that are not half-open, for names of
   * others, and for what waits for records.
   */
  public long usedBytes() {
    return sum.usedBytes();
  }

  /** Octets that may be charged, for connections that are not half-open. */
  long limitBytes() {
    return limitBytes;
  }

  /** Octets that the records of half-open connections may take. */
  long halfOpenBytes() {
    return halfOpenBytes;
  }

  boolean isFull() {
    return sum.connections() >= maxConnections;
  }

  ConnectionCharge sum() {
    return sum;
  }

  void add(ConnectionHeap heap) {
    heaps.add(heap);
  }

  void remove(ConnectionHeap heap) {
    heaps.remove(heap);
  }

  /**
   * Asks engines other than that of {@code asking} one after the other; those that deny are asked
   * last the next time.
   *
   * @return whether one of some has agreed
   */
  boolean isAnyOther(ConnectionHeap asking, Predicate<ConnectionHeap> agrees) {
    for (int looks = Math.min(MAX_LOOKS, heaps.size()); looks > 0; looks--) {
      ConnectionHeap next = heaps.getFirst();
      if (!next.equals(asking) && agrees.test(next)) {
        return true;
      }
      if (heaps.contains(next)) {
        heaps.addLast(next);
      }
    }
    return false;
  }
}
