package dev.midstream.tables.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.Entries;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.store.StoreListener;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReplicatedLaneTest {
  private static final long SECOND = 1_000_000_000;

  private final NodeId node = Entries.node(1);
  private final SlowStore store = new SlowStore();
  private final Tally tally = new Tally();
  private final AtomicInteger wakes = new AtomicInteger();
  private final ReplicatedLane lane =
      new ReplicatedLane(Table.NODES, store, tally, wakes::incrementAndGet, 0);
  private final List<Boolean> outcomes = new ArrayList<>();

  /** A store whose calls end when the test says so. */
  private static final class SlowStore implements TableStore {
    private final List<List<ReplicatedEntry>> puts = new ArrayList<>();
    private final List<Integer> removed = new ArrayList<>();
    private CompletableFuture<Boolean> running = new CompletableFuture<>();

    void finish(boolean isWell) {
      CompletableFuture<Boolean> ending = running;
      running = new CompletableFuture<>();
      if (isWell) {
        ending.complete(true);
      } else {
        ending.completeExceptionally(new IllegalStateException("no owner answers"));
      }
    }

    @Override
    public CompletableFuture<?> put(Table table, List<StoredEntry> entries, long lifeMillis) {
      puts.add(
          entries.stream()
              .map(each -> EntryCodec.read(table, each.key(), each.value()))
              .map(each -> (ReplicatedEntry) Objects.requireNonNull(each))
              .toList());
      return running;
    }

    @Override
    public CompletableFuture<?> putIfNewer(
        Table table, List<StoredEntry> entries, long lifeMillis) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public CompletableFuture<?> remove(Table table, List<byte[]> keys) {
      removed.add(keys.size());
      return running;
    }

    @Override
    public CompletableFuture<?> removeIfSame(Table table, List<StoredEntry> entries) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public void open(StoreListener listener) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public void forEach(Table table, Consumer<StoredEntry> consumer) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public void forEachIn(int bucket, Consumer<StoredEntry> consumer) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public void forEachHere(Table table, Consumer<StoredEntry> consumer) {
      throw new AssertionError("not asked for here");
    }

    @Override
    public void close() {
      throw new AssertionError("not asked for here");
    }
  }

  @Test
  @DisplayName("HSI-6 a batch begins when the one before it is done, with the last of each key")
  void writesOneBatchAfterTheOther() {
    lane.put(Entries.said(node, 1, 0));
    lane.turn(0);
    lane.put(Entries.said(node, 2, 0), outcomes::add);
    lane.put(Entries.said(node, 3, 0));
    lane.turn(1);
    assertThat(store.puts).containsExactly(List.of(Entries.said(node, 1, 0)));

    store.finish(true);
    lane.turn(2);
    assertThat(store.puts).hasSize(2).last().isEqualTo(List.of(Entries.said(node, 3, 0)));
    assertThat(outcomes).isEmpty();
    store.finish(true);
    assertThat(outcomes).containsExactly(true);
    assertThat(wakes).hasValue(5);
  }

  @Test
  @DisplayName("HSI-6 what failed is repeated, unless it is asked for an outcome, or is outdated")
  void repeatsWhatFailed() {
    NodeId other = Entries.node(2);
    NodeId third = Entries.node(3);
    lane.put(Entries.said(node, 1, 0));
    lane.put(Entries.said(other, 1, 0), outcomes::add);
    lane.put(Entries.said(third, 1, 0));
    lane.turn(0);
    lane.remove(Entries.said(third, 1, 0).key());
    store.finish(false);

    assertThat(outcomes).containsExactly(false);
    assertThat(tally.failed.sum()).isEqualTo(3);
    lane.turn(SECOND - 1);
    assertThat(store.puts).hasSize(1);
    lane.turn(SECOND);
    assertThat(store.puts).hasSize(2).last().isEqualTo(List.of(Entries.said(node, 1, 0)));
    assertThat(store.removed).containsExactly(1);
  }

  @Test
  @DisplayName("HSI-6 when too many wait the oldest is dropped, counted, and its outcome is said")
  void dropsTheOldest() {
    lane.put(Entries.said(node, 1, 0), outcomes::add);
    for (int number = 0; number < 16_383; number++) {
      lane.put(Entries.said(Entries.node(2), 1, 0));
    }
    assertThat(tally.dropped.sum()).isZero();
    lane.put(Entries.said(Entries.node(3), 1, 0));
    assertThat(tally.dropped.sum()).isEqualTo(1);
    assertThat(outcomes).containsExactly(false);
  }
}
