package dev.midstream.tables.service;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableEntry;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Removes the entries of nodes that are gone. Each node looks at those entries for which it
 * answers, so that nothing but the removals crosses the network.
 */
final class Review {
  private static final long EVERY_NANOS = 5_000_000_000L;
  private static final int MAX_REMOVALS = 1_000;
  private static final long WAIT_NANOS = 10_000_000_000L;

  private final NodeId self;
  private final long deadNanos;
  private final long everyNanos;
  private final TableStore store;
  private final Tally tally;
  private final Map<UUID, Long> missingSince = new HashMap<>();
  private final AtomicBoolean isRunning = new AtomicBoolean();
  private volatile Set<UUID> members = Set.of();
  private long lastNanos = System.nanoTime();

  Review(NodeId self, Duration dead, TableStore store, Tally tally) {
    this.self = self;
    deadNanos = dead.toNanos();
    everyNanos = Math.min(EVERY_NANOS, Math.max(1, deadNanos / 2));
    this.store = store;
    this.tally = tally;
  }

  /** These lives are connected. */
  void see(Set<UUID> lives) {
    members = Set.copyOf(lives);
  }

  /** Begins a review if it is time. Called by one thread. */
  void turn(long nowNanos) {
    if (nowNanos - lastNanos < everyNanos || !isRunning.compareAndSet(false, true)) {
      return;
    }
    lastNanos = nowNanos;
    Thread.ofVirtual()
        .name("tables review")
        .start(() -> {
          try {
            review(nowNanos);
          } catch (TablesException e) {
            // the next review finds them
          } finally {
            isRunning.set(false);
          }
        });
  }

  private void review(long nowNanos) throws TablesException {
    long endNanos = nowNanos + WAIT_NANOS;
    Set<UUID> gone = gone(nowNanos);
    Set<UUID> found = new HashSet<>();
    for (Table table : Table.values()) {
      List<StoredEntry> dead = new ArrayList<>();
      store.forEachHere(
          table,
          stored -> {
            UUID life = lifeOf(table, stored);
            if (life != null) {
              found.add(life);
              if (gone.contains(life)) {
                dead.add(stored);
              }
            }
          });
      remove(table, dead, endNanos);
    }
    note(found, nowNanos);
  }

  private Set<UUID> gone(long nowNanos) {
    Set<UUID> gone = new HashSet<>();
    missingSince.keySet().removeAll(members);
    missingSince.forEach((life, since) -> {
      if (nowNanos - since >= deadNanos) {
        gone.add(life);
      }
    });
    return gone;
  }

  /** Remembers since when there are entries of lives that are not connected. */
  private void note(Set<UUID> found, long nowNanos) {
    found.removeAll(members);
    found.remove(self.incarnation());
    missingSince.keySet().retainAll(found);
    found.forEach(life -> missingSince.putIfAbsent(life, nowNanos));
  }

  /** Removes what the replicated tables have of this node, before {@code endNanos}. Waits. */
  void removeOwn(long endNanos) {
    for (Table table : Table.REPLICATED) {
      List<StoredEntry> own = new ArrayList<>();
      try {
        store.forEach(
            table,
            stored -> {
              if (self.incarnation().equals(lifeOf(table, stored))) {
                own.add(stored);
              }
            });
      } catch (TablesException e) {
        return; // the others remove them later
      }
      remove(table, own, endNanos);
    }
  }

  private static @Nullable UUID lifeOf(Table table, StoredEntry stored) {
    TableEntry entry = EntryCodec.read(table, stored.key(), stored.value());
    return entry == null ? null : entry.life();
  }

  private void remove(Table table, List<StoredEntry> entries, long endNanos) {
    for (int from = 0; from < entries.size(); from += MAX_REMOVALS) {
      int to = Math.min(entries.size(), from + MAX_REMOVALS);
      if (!Waiting.awaits(store.removeIfSame(table, entries.subList(from, to)), endNanos)) {
        tally.failed.add(to - from);
        return;
      }
      tally.removed.add(to - from);
    }
  }
}
