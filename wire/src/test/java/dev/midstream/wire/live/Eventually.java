package dev.midstream.wire.live;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for another thread or the kernel. */
final class Eventually {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Eventually() {}

  /** Returns as soon as {@code condition} holds; fails after 10 s. */
  static void holds(String what, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > TIMEOUT_NANOS) {
        throw new AssertionError("did not happen within 10 s: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
