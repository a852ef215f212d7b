package dev.midstream.gateway.live;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process or the kernel is about to do. */
final class Eventually {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Eventually() {}

  /** Returns as soon as {@code condition} holds; fails after 20 s. */
  static void holds(String what, BooleanSupplier condition) {
    if (!isTrueWithin(PATIENCE_NANOS, condition)) {
      throw new AssertionError("not within 20 s: " + what);
    }
  }

  /** Whether {@code condition} holds before {@code nanos} have passed. */
  static boolean isTrueWithin(long nanos, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > nanos) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
