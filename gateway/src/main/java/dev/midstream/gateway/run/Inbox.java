package dev.midstream.gateway.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The handoffs of other workers to one worker: a FIFO queue, limited in octets. All threads may
 * offer; only the owner polls.
 */
final class Inbox {
  /*
   * A wake-up is a system call, so there is one for all handoffs while the owner sleeps or works:
   *
   *   offer:  add; woken <- true; if it was false, wake the owner
   *   owner:  woken <- false; if the queue is empty, sleep
   *
   * A handoff that is added after the owner has looked finds woken false, and wakes it.
   */
  /** The limit of waiting octets that docs/reasons.md names. */
  static final int MAX_BYTES = 4 << 20;

  private final Queue<HandoffMessage> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger usedBytes = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Runnable wake = () -> {};

  /** Sets how the owner is woken. */
  void setWake(Runnable wake) {
    this.wake = wake;
  }

  /** Adds a handoff for the owner; false if there is no room. */
  boolean offer(HandoffMessage handoff) {
    if (usedBytes.addAndGet(handoff.bytes()) > MAX_BYTES) {
      usedBytes.addAndGet(-handoff.bytes());
      return false;
    }
    waiting.add(handoff);
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

  /** Removes the next handoff; null if there is none. */
  @Nullable HandoffMessage poll() {
    HandoffMessage next = waiting.poll();
    if (next != null) {
      usedBytes.addAndGet(-next.bytes());
    }
    return next;
  }
}
