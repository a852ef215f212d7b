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
  /*
   * A wake-up is a system call, so one is made for all that is left while the owner sleeps or works:
   *
   *   who offers:  add, then woken <- true; it was false: wake
   *   the owner:   woken <- false, then is it empty? yes: sleep
   *
   * Whatever was added after the owner looked finds woken false, and wakes.
   */
  /** What may wait; the bound that docs/reasons.md names. */
  static final int MAX_BYTES = 4 << 20;

  private final Queue<Handover> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger usedBytes = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Runnable wake = () -> {};

  /** Says how the owner is woken. */
  void setWake(Runnable wake) {
    this.wake = wake;
  }

  /** Leaves something for the owner; false if there is no room. */
  boolean offer(Handover handover) {
    if (usedBytes.addAndGet(handover.bytes()) > MAX_BYTES) {
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

  /**
   * Says that the owner is not asleep, and looks before it sleeps: what is left from now on wakes
   * it. To be said right before {@link #isEmpty} decides whether it sleeps.
   */
  void rearm() {
    if (woken.get()) {
      woken.set(false);
    }
  }

  /** The next; null if nothing waits. */
  @Nullable Handover poll() {
    Handover next = waiting.poll();
    if (next != null) {
      usedBytes.addAndGet(-next.bytes());
    }
    return next;
  }
}
