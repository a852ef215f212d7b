package dev.midstream.gateway.tables;

import dev.midstream.tables.entry.Table;
import dev.midstream.tables.store.StoreListener;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A store that takes nothing: what it is given is never done, or its calls do not return for longer
 * than a test waits.
 */
final class BlockedStore implements TableStore {
  private static final long BLOCKED_NANOS = 20_000_000_000L;

  private final Map<Table, AtomicInteger> puts = new EnumMap<>(Table.class);
  private final CountDownLatch isOver = new CountDownLatch(1);
  private volatile boolean isBlocked;

  BlockedStore() {
    for (Table each : Table.values()) {
      puts.put(each, new AtomicInteger());
    }
  }

  /** No call that gives it something returns from now on, nor that which closes it. */
  void block() {
    isBlocked = true;
  }

  /** All calls return. */
  void unblock() {
    isOver.countDown();
  }

  /** How often entries of {@code table} were given to it. */
  int puts(Table table) {
    return puts.getOrDefault(table, new AtomicInteger()).get();
  }

  private CompletableFuture<?> take() {
    await();
    return new CompletableFuture<>();
  }

  private void await() {
    boolean isInterrupted = false;
    long endNanos = System.nanoTime() + BLOCKED_NANOS;
    while (isBlocked && isOver.getCount() > 0 && endNanos - System.nanoTime() > 0) {
      try {
        boolean ignored = isOver.await(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public CompletableFuture<?> put(Table table, List<StoredEntry> entries, long lifeMillis) {
    if (!entries.isEmpty()) {
      puts.getOrDefault(table, new AtomicInteger()).incrementAndGet();
    }
    return take();
  }

  @Override
  public CompletableFuture<?> putIfNewer(Table table, List<StoredEntry> entries, long lifeMillis) {
    return take();
  }

  @Override
  public CompletableFuture<?> remove(Table table, List<byte[]> keys) {
    return take();
  }

  @Override
  public CompletableFuture<?> removeIfSame(Table table, List<StoredEntry> entries) {
    return take();
  }

  @Override
  public void open(StoreListener listener) {
    // it is open
  }

  @Override
  public void forEach(Table table, Consumer<StoredEntry> consumer) {
    // it has nothing
  }

  @Override
  public void forEachIn(int bucket, Consumer<StoredEntry> consumer) {
    // it has nothing
  }

  @Override
  public void forEachHere(Table table, Consumer<StoredEntry> consumer) {
    // it has nothing
  }

  @Override
  public void close() {
    await();
  }
}
