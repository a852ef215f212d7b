package dev.midstream.tables.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures of the store. */
final class Waiting {
  private Waiting() {}

  /** Waits until {@code endNanos} at most; returns whether the future ended well. */
  static boolean awaits(CompletableFuture<?> future, long endNanos) {
    try {
      future.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
