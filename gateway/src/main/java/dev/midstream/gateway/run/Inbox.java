package dev.midstream.gateway.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The handovers of other workers to one worker: a FIFO queue, limited in octets. All threads may
 * offer; only the owner polls.
 */
final class Inbox {
  /*
   * A wake-up is a system call, so there is one for all handovers while the owner sleeps or works:
   *
   *   offer:  add; woken <- true; if it was false, wake the owner
   *   owner:  woken <- false; if the queue is empty, sleep
   *
   * A handover that is added after the owner has looked finds woken false, and wakes it.
   */
  /** The limit of waiting octets that docs/reasons.md names. */
  static final int MAX_BYTES = 4 << 20;

  private final Queue<Handover> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger usedBytes = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Runnable wake = () -> {};

  /** Sets how the owner is woken. */
  void setWake(Runnable wake) {
    this.wake = wake;
  }

  /** Adds a handover for the owner; false if there is no room. */
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

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Makes the next {@link #offer} wake the owner. The owner calls this right before it checks
   * {@link #isEmpty} and sleeps.
   */
  void rearm() {
    if (woken.get()) {
      woken.set(false);
    }
  }

  /** Removes the next handover; null if there is none. */
  @Nullable Handover poll() {
    Handover next = waiting.poll();
    if (next != null) {
      usedBytes.addAndGet(-next.bytes());
    }
    return next;
  }
}
