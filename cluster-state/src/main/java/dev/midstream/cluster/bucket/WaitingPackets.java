package dev.midstream.cluster.bucket;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Packets of buckets that have no owner yet that may send: unassigned, on the move, or of a node
 * without a lease. They wait until the owner may send, and leave in the order in which they came
 * (LD-10).
 *
 * <p>Not thread-safe.
 *
 * @param <P> a packet, copied by the caller
 */
public final class WaitingPackets<P> {
  /*
   * What waits too long would arrive after its retransmission, and what comes in such numbers is a
   * flood: both are dropped, and the sender's TCP repeats what it needs.
   */
  private final int maxPackets;
  private final long maxNanos;
  private final Map<Integer, Deque<Waiting<P>>> waiting = new HashMap<>();
  private int size;

  /**
   * A store without packets.
   *
   * @param maxPackets how many packets may wait in all, 1 or more; the next one is refused
   * @param maxNanos how long a packet may wait, 1 or more
   */
  public WaitingPackets(int maxPackets, long maxNanos) {
    if (maxPackets < 1 || maxNanos < 1) {
      throw new IllegalArgumentException(
          "out of range: packets=" + maxPackets + " nanos=" + maxNanos);
    }
    this.maxPackets = maxPackets;
    this.maxNanos = maxNanos;
  }

  private record Waiting<P>(P packet, long sinceNanos) {}

  /** How many packets wait. */
  public int size() {
    return size;
  }

  /** Whether packets of {@code bucket} wait. */
  public boolean isAwaited(int bucket) {
    return waiting.containsKey(bucket);
  }

  /** Lets {@code packet} wait; false if there is no room, and then it is to be dropped. */
  public boolean add(int bucket, P packet, long nowNanos) {
    if (size == maxPackets) {
      return false;
    }
    waiting
        .computeIfAbsent(bucket, number -> new ArrayDeque<>())
        .add(new Waiting<>(packet, nowNanos));
    size++;
    return true;
  }

  /** Takes out all packets of {@code bucket}, whose owner has opened it. */
  public void release(int bucket, Consumer<P> receiver) {
    Deque<Waiting<P>> all = waiting.remove(bucket);
    if (all != null) {
      size -= all.size();
      all.forEach(each -> receiver.accept(each.packet()));
    }
  }

  /** When {@link #expire} is due; {@link Long#MAX_VALUE} if no packet waits. */
  public long nextNanos() {
    long next = Long.MAX_VALUE;
    for (Deque<Waiting<P>> queue : waiting.values()) {
      Waiting<P> first = queue.peekFirst();
      next = first == null ? next : Math.min(next, first.sinceNanos() + maxNanos);
    }
    return next;
  }

  /** Takes out the packets that have waited too long, to be dropped; returns how many. */
  public int expire(long nowNanos, Consumer<P> receiver) {
    int before = size;
    waiting
        .values()
        .removeIf(queue -> {
          @Nullable Waiting<P> first = queue.peekFirst();
          while (first != null && nowNanos - first.sinceNanos() >= maxNanos) {
            queue.removeFirst();
            size--;
            receiver.accept(first.packet());
            first = queue.peekFirst();
          }
          return first == null;
        });
    return before - size;
  }
}
