package dev.midstream.tables.service;

import dev.midstream.tables.CommonTables.Outcome;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableKey;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changes of one replicated table, in their order: a batch begins when the one before it
 * is done.
 */
final class ReplicatedLane {
  private static final int MAX_WAITING = 16_384;
  private static final long RETRY_NANOS = 1_000_000_000;

  private final Table table;
  private final TableStore store;
  private final Tally tally;
  private final Runnable wake;
  private final Mailbox<TableKey, Change> waiting = new Mailbox<>(MAX_WAITING);
  private volatile boolean isBusy;
  private volatile long notBeforeNanos;

  ReplicatedLane(Table table, TableStore store, Tally tally, Runnable wake, long nowNanos) {
    this.table = table;
    this.store = store;
    this.tally = tally;
    this.wake = wake;
    notBeforeNanos = nowNanos;
  }

  /** An entry to be put, or removed if it is null; and what hears of it. */
  private record Change(@Nullable ReplicatedEntry entry, List<Outcome> outcomes) {
    void done(boolean isStored) {
      outcomes.forEach(each -> each.onDone(isStored));
    }

    /** This change and what waits for an earlier one of its key. */
    Change with(Change earlier) {
      if (earlier.outcomes.isEmpty()) {
        return this;
      }
      List<Outcome> all = new ArrayList<>(earlier.outcomes);
      all.addAll(outcomes);
      return new Change(entry, all);
    }
  }

  void put(ReplicatedEntry entry) {
    add(entry.key(), new Change(entry, List.of()));
  }

  void put(ReplicatedEntry entry, Outcome outcome) {
    add(entry.key(), new Change(entry, List.of(outcome)));
  }

  void remove(TableKey key) {
    add(key, new Change(null, List.of()));
  }

  private void add(TableKey key, Change change) {
    Change dropped = waiting.add(key, change, Change::with);
    if (dropped != null) {
      tally.dropped.increment();
      dropped.done(false);
    }
    wake.run();
  }

  /** Begins a batch if there is something to do. Called by one thread. */
  void turn(long nowNanos) {
    if (isBusy || notBeforeNanos - nowNanos > 0) {
      return;
    }
    SequencedMap<TableKey, Change> batch = waiting.takeAll();
    if (batch.isEmpty()) {
      return;
    }
    isBusy = true;
    List<CompletableFuture<?>> parts = new ArrayList<>();
    List<StoredEntry> lasting = new ArrayList<>();
    List<byte[]> removed = new ArrayList<>();
    batch.forEach((key, change) -> {
      byte[] octets = KeyCodec.octets(key);
      switch (change.entry) {
        case null -> removed.add(octets);
        case ExpectationEntry expectation ->
            parts.add(
                store.put(table, List.of(stored(octets, expectation)), expectation.restMillis()));
        case ReplicatedEntry other -> lasting.add(stored(octets, other));
      }
    });
    if (!lasting.isEmpty()) {
      parts.add(store.put(table, lasting, TableStore.FOR_EVER));
    }
    if (!removed.isEmpty()) {
      parts.add(store.remove(table, removed));
    }
    CompletableFuture<?> _ =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .whenComplete((nothing, error) -> finish(batch, removed.size(), error, nowNanos));
  }

  private static StoredEntry stored(byte[] key, ReplicatedEntry entry) {
    return new StoredEntry(key, EntryCodec.octets(entry));
  }

  private void finish(
      Map<TableKey, Change> batch, int removed, @Nullable Throwable error, long nowNanos) {
    if (error == null) {
      tally.removed.add(removed);
    } else {
      tally.failed.add(batch.size());
      notBeforeNanos = nowNanos + RETRY_NANOS;
      batch.forEach(this::repeat);
    }
    isBusy = false;
    wake.run();
    batch.values().forEach(each -> each.done(error == null));
  }

  private void repeat(TableKey key, Change change) {
    if (change.outcomes.isEmpty() && !waiting.addAgain(key, change)) {
      tally.dropped.increment();
    }
  }
}
