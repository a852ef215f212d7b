package dev.midstream.gateway.inbox;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What other threads hand to one worker: a FIFO queue, limited in octets. All threads may offer;
 * only the owner polls.
 *
 * @param <M> the messages
 */
public final class Inbox<M extends InboxMessage> {
  /*
   * A wake-up is a system call, so there is one for all messages while the owner sleeps or works:
   *
   *   offer:  add; woken <- true; if it was false, wake the owner
   *   owner:  woken <- false; if the queue is empty, sleep
   *
   * A message that is added after the owner has looked finds woken false, and wakes it.
   */
  /** The limit of waiting octets that docs/reasons.md names. */
  public static final int MAX_BYTES = 4 << 20;

  private final Queue<M> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger usedBytes = new AtomicInteger();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Runnable wake = () -> {};

  /** Sets how the owner is woken. */
  public void setWake(Runnable wake) {
    this.wake = wake;
  }

  /** Adds a message for the owner; false if there is no room. */
  public boolean offer(M message) {
    if (usedBytes.addAndGet(message.bytes()) > MAX_BYTES) {
      usedBytes.addAndGet(-message.bytes());
      return false;
    }
    add(message);
    return true;
  }

  /** Whether there is room for a message; another thread may take it. */
  public boolean hasRoom() {
    return usedBytes.get() < MAX_BYTES;
  }

  /** Adds a message that must not be lost, whether there is room or not. There may be few. */
  public void put(M message) {
    usedBytes.addAndGet(message.bytes());
    add(message);
  }

  private void add(M message) {
    waiting.add(message);
    if (!woken.getAndSet(true)) {
      wake.run();
    }
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Makes the next {@link #offer} wake the owner. The owner calls this right before it checks
   * {@link #isEmpty} and sleeps.
   */
  public void rearm() {
    if (woken.get()) {
      woken.set(false);
    }
  }

  /** Removes the next message; null if there is none. */
  public @Nullable M poll() {
    M next = waiting.poll();
    if (next != null) {
      usedBytes.addAndGet(-next.bytes());
    }
    return next;
  }

  /** Removes all messages that wait. */
  public void clear() {
    while (poll() != null) {
      // it was of the past
    }
  }
}
