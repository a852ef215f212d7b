package dev.midstream.gateway.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the other workers have handed over to one, in order, bounded in octets. Everybody may offer;
 * only the owner takes.
 */
final class Inbox {
  /** What may wait; the bound that docs/reasons.md names. */
  static final int MOST_BYTES = 4 << 20;

  private final Queue<Handover> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger usedBytes = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Runnable wake = () -> {};

  /** Says how the owner is woken. */
  void wakeBy(Runnable wake) {
    this.wake = wake;
  }

  /** Leaves something for the owner; false if there is no room. */
  boolean offer(Handover handover) {
    if (usedBytes.addAndGet(handover.bytes()) > MOST_BYTES) {
      usedBytes.addAndGet(-handover.bytes());
      return false;
    }
    waiting.add(handover);
    if (!woken.getAndSet(true)) {
      wake.run();
    }
    return true;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Says that the owner is about to take: from now on it is woken again. */
  void awake() {
    woken.set(false);
  }

  /** The next; null if nothing waits. */
  @Nullable Handover take() {
    Handover next = waiting.poll();
    if (next != null) {
      usedBytes.addAndGet(-next.bytes());
    }
    return next;
  }
}
