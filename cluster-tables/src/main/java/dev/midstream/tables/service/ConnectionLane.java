package dev.midstream.tables.service;

import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes the connections of this node, as {@link ConnectionSchedule} says: a batch begins when the
 * one before it is done, so that a slow table is not given more than it takes.
 */
final class ConnectionLane {
  private static final int MAX_WAITING = 65_536;
  private static final int MAX_EARLIER = 16_384;
  /* Infinispan compares each key of a batch with all others. */
  private static final int MAX_PUTS = 200;
  private static final int MAX_REMOVALS = 1_000;
  private static final long FORGET_EVERY_NANOS = 5_000_000_000L;

  private final TableStore store;
  private final long lifeMillis;
  private final Tally tally;
  private final Runnable wake;
  private final Mailbox<ConnectionKey, Optional<ConnectionEntry>> waiting =
      new Mailbox<>(MAX_WAITING);
  private final Mailbox<Integer, Long> released = new Mailbox<>(KeyCodec.MAX_BUCKET + 1);
  private final Mailbox<ConnectionKey, ConnectionEntry> earlier = new Mailbox<>(MAX_EARLIER);
  private final ConnectionSchedule schedule;
  private final Budget budget;
  private @Nullable Batch running;
  private CompletableFuture<?> removingEarlier = CompletableFuture.completedFuture(null);
  private long forgotNanos;
  private volatile boolean isLossy;
  private volatile long tracked;
  private volatile long untracked;

  ConnectionLane(
      TableSettings settings, TableStore store, Tally tally, Runnable wake, long nowNanos) {
    this.wake = wake;
    this.store = store;
    lifeMillis = settings.times().life().toMillis();
    this.tally = tally;
    schedule = new ConnectionSchedule(settings);
    budget = new Budget(settings.rate(), nowNanos);
    forgotNanos = nowNanos;
  }

  private record Batch(
      List<ConnectionEntry> puts,
      List<ConnectionEntry> again,
      CompletableFuture<?> put,
      List<ConnectionKey> removals,
      CompletableFuture<?> remove) {}

  // ---- any thread

  void offer(ConnectionEntry entry) {
    add(entry.key(), Optional.of(entry));
  }

  void end(ConnectionKey key) {
    add(key, Optional.empty());
  }

  private void add(ConnectionKey key, Optional<ConnectionEntry> change) {
    if (waiting.add(key, change, (later, earlier) -> later) != null) {
      tally.dropped.increment();
    }
  }

  void release(int bucket, long epoch) {
    Long dropped = released.add(bucket, epoch, Math::max);
    if (dropped != null) {
      tally.dropped.increment();
    }
  }

  void removeEarlier(ConnectionEntry entry) {
    if (earlier.add(entry.key(), entry, (later, before) -> later) != null) {
      tally.dropped.increment();
    }
  }

  /** The table may have lost connections. */
  void writeAgain() {
    isLossy = true;
  }

  long tracked() {
    return tracked;
  }

  long untracked() {
    return untracked;
  }

  // ---- one thread

  /** Takes what was offered, and begins a batch if there is something to do. */
  void turn(long nowNanos) {
    take(nowNanos);
    Batch present = running;
    if (present != null && present.put.isDone() && present.remove.isDone()) {
      finish(present, nowNanos);
      present = null;
    }
    if (present == null) {
      begin(nowNanos);
    }
    if (removingEarlier.isDone()) {
      removeEarlier(List.copyOf(earlier.takeAll().values()));
    }
    tracked = schedule.size();
    untracked = schedule.untracked();
  }

  private void take(long nowNanos) {
    released.takeAll().forEach(schedule::release);
    waiting
        .takeAll()
        .forEach((key, change) ->
            change.ifPresentOrElse(
                entry -> schedule.offer(entry, nowNanos), () -> schedule.end(key)));
    if (isLossy) {
      isLossy = false;
      schedule.writeAgain();
    }
    if (nowNanos - forgotNanos >= FORGET_EVERY_NANOS) {
      forgotNanos = nowNanos;
      schedule.forget(nowNanos);
    }
  }

  private void begin(long nowNanos) {
    int permitted = Math.min(MAX_PUTS, budget.available(nowNanos));
    List<ConnectionKey> removals = schedule.takeRemovals(MAX_REMOVALS);
    List<ConnectionEntry> puts = schedule.takeDue(permitted, nowNanos);
    List<ConnectionEntry> again = schedule.takeAgain(permitted - puts.size());
    if (puts.isEmpty() && again.isEmpty() && removals.isEmpty()) {
      return;
    }
    budget.use(puts.size() + again.size());
    CompletableFuture<?> put =
        CompletableFuture.allOf(
            store.put(Table.CONNECTIONS, stored(puts), lifeMillis),
            store.putIfNewer(Table.CONNECTIONS, stored(again), lifeMillis));
    Batch batch = new Batch(puts, again, put, removals, remove(removals));
    running = batch;
    CompletableFuture<?> _ =
        CompletableFuture.allOf(batch.put, batch.remove)
            .whenComplete((nothing, error) -> wake.run());
  }

  private static List<StoredEntry> stored(List<ConnectionEntry> entries) {
    return entries.stream()
        .map(each -> new StoredEntry(KeyCodec.octets(each.key()), EntryCodec.octets(each)))
        .toList();
  }

  /** Tries it once: what stays is seen again by the owner of its bucket. */
  private void removeEarlier(List<ConnectionEntry> entries) {
    if (!entries.isEmpty()) {
      removingEarlier =
          store
              .removeIfSame(Table.CONNECTIONS, stored(entries))
              .whenComplete((nothing, error) ->
                  (error == null ? tally.removed : tally.failed).add(entries.size()));
    }
  }

  private CompletableFuture<?> remove(List<ConnectionKey> keys) {
    return store.remove(Table.CONNECTIONS, keys.stream().map(KeyCodec::octets).toList());
  }

  private void finish(Batch batch, long nowNanos) {
    running = null;
    if (batch.put.isCompletedExceptionally()) {
      tally.failed.add(batch.puts.size() + batch.again.size());
      schedule.failed(batch.puts, nowNanos);
      schedule.failed(batch.again, nowNanos);
    } else {
      tally.connectionsPut.add(batch.puts.size() + batch.again.size());
    }
    if (batch.remove.isCompletedExceptionally()) {
      tally.failed.add(batch.removals.size());
      schedule.failedRemovals(batch.removals);
    } else {
      tally.removed.add(batch.removals.size());
    }
  }

  /** Removes all connections of this node, as many as can be before {@code endNanos}. Waits. */
  void removeAll(long endNanos) {
    take(System.nanoTime());
    schedule.endAll();
    Batch present = running;
    boolean isDone = present == null || Waiting.awaits(present.put, endNanos);
    while (isDone) {
      List<ConnectionKey> keys = schedule.takeRemovals(MAX_REMOVALS);
      isDone = !keys.isEmpty() && Waiting.awaits(remove(keys), endNanos);
    }
  }
}
