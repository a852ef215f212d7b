package dev.midstream.gateway.live;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for another process or the kernel. */
final class Eventually {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A condition to wait for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private Eventually() {}

  /** Returns when {@code condition} holds; fails after 20 s. */
  static void holds(String what, Condition condition) throws IOException {
    if (!isTrueWithin(TIMEOUT_NANOS, condition)) {
      throw new AssertionError("not within 20 s: " + what);
    }
  }

  /** Whether {@code condition} holds within {@code nanos}. */
  static boolean isTrueWithin(long nanos, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - startNanos > nanos) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
