package dev.midstream.gateway.live;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process or the kernel is about to do. */
final class Eventually {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Looks whether it has come. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private Eventually() {}

  /** Returns as soon as {@code condition} holds; fails after 20 s. */
  static void holds(String what, Condition condition) throws IOException {
    if (!isTrueWithin(PATIENCE_NANOS, condition)) {
      throw new AssertionError("not within 20 s: " + what);
    }
  }

  /** Whether {@code condition} holds before {@code nanos} have passed. */
  static boolean isTrueWithin(long nanos, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - startNanos > nanos) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
