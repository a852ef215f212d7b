package dev.midstream.tables.service;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TableCounts;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.TablesListener;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableEntry;
import dev.midstream.tables.entry.TableKey;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.store.StoreListener;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The common tables, whatever holds their octets. Writes with a thread of its own. */
public final class TableService implements CommonTables {
  private static final long TICK_NANOS = 50_000_000;
  private static final long STOP_MILLIS = 1_000;
  private static final long LEAVE_NANOS = 3_000_000_000L;

  private final TableStore store;
  private final Tally tally = new Tally();
  private final Map<Table, ReplicatedLane> lanes = new EnumMap<>(Table.class);
  private final ConnectionLane connections;
  private final Review review;
  private final Semaphore work = new Semaphore(0);
  private volatile @Nullable Thread writer;
  private volatile boolean isOpen;
  private volatile boolean isEnded;

  /**
   * The tables of one life of a node, which are not open.
   *
   * @param self the life, as the entries of this node name it
   * @param store is opened and closed with the tables
   */
  public TableService(NodeId self, TableSettings settings, TableStore store) {
    this.store = store;
    long now = System.nanoTime();
    connections = new ConnectionLane(settings, store, tally, work::release, now);
    review = new Review(self, settings.times().dead(), store, tally);
    for (Table table : Table.REPLICATED) {
      lanes.put(table, new ReplicatedLane(table, store, tally, work::release, now));
    }
  }

  // ---- beginning and end

  @Override
  public void open(TablesListener listener) throws TablesException {
    if (isOpen) {
      throw new IllegalStateException("opened twice");
    }
    isOpen = true;
    try {
      store.open(new Arrivals(listener));
    } catch (TablesException e) {
      isEnded = true;
      throw e;
    }
    writer = Thread.ofPlatform().daemon().name("tables").start(() -> run(listener));
  }

  @Override
  public void close() {
    Thread running = writer;
    if (running == null || isEnded) {
      return;
    }
    isEnded = true;
    work.release();
    try {
      running.join(STOP_MILLIS);
      if (!running.isAlive()) {
        long endNanos = System.nanoTime() + LEAVE_NANOS;
        connections.removeAll(endNanos);
        review.removeOwn(endNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }

  private void run(TablesListener listener) {
    try {
      while (!isEnded) {
        if (work.tryAcquire(TICK_NANOS, TimeUnit.NANOSECONDS)) {
          work.drainPermits();
        }
        long now = System.nanoTime();
        lanes.values().forEach(lane -> lane.turn(now));
        connections.turn(now);
        review.turn(now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) { // an error of ours must not end unseen
      listener.onTrouble("common tables: nothing is written any more: " + e);
    }
  }

  // ---- writing

  @Override
  public void offer(ConnectionEntry entry) {
    connections.offer(entry);
  }

  @Override
  public void end(ConnectionKey key) {
    connections.end(key);
  }

  @Override
  public void release(int bucket, long epoch) {
    connections.release(bucket, epoch);
  }

  @Override
  public void removeEarlier(ConnectionEntry entry) {
    connections.removeEarlier(entry);
  }

  @Override
  public void put(ReplicatedEntry entry) {
    lane(entry.key()).put(entry);
  }

  @Override
  public void put(ReplicatedEntry entry, Outcome outcome) {
    lane(entry.key()).put(entry, outcome);
  }

  @Override
  public void remove(TableKey key) {
    lane(key).remove(key);
  }

  private ReplicatedLane lane(TableKey key) {
    ReplicatedLane lane = lanes.get(key.table());
    if (lane == null) {
      throw new IllegalArgumentException("not of a replicated table: " + key);
    }
    return lane;
  }

  // ---- reading

  @Override
  public <E extends TableEntry> void forEach(Class<E> entries, Consumer<E> consumer)
      throws TablesException {
    Table table = Table.of(entries);
    store.forEach(table, stored -> read(table, stored, entries, consumer));
  }

  @Override
  public void forEachIn(int bucket, Consumer<ConnectionEntry> consumer) throws TablesException {
    store.forEachIn(
        bucket, stored -> read(Table.CONNECTIONS, stored, ConnectionEntry.class, consumer));
  }

  private <E extends TableEntry> void read(
      Table table, StoredEntry stored, Class<E> entries, Consumer<E> consumer) {
    TableEntry entry = EntryCodec.read(table, stored.key(), stored.value());
    if (entry == null) {
      tally.unreadable.increment();
    } else {
      consumer.accept(entries.cast(entry));
    }
  }

  @Override
  public TableCounts counts() {
    return new TableCounts(
        tally.connectionsPut.sum(),
        tally.removed.sum(),
        tally.failed.sum(),
        tally.dropped.sum(),
        connections.untracked(),
        tally.unreadable.sum(),
        connections.tracked());
  }

  /** Reads what the store brings, and hands it to the listener as long as the tables are open. */
  private final class Arrivals implements StoreListener {
    private final TablesListener listener;

    Arrivals(TablesListener listener) {
      this.listener = listener;
    }

    @Override
    public void onStored(Table table, byte[] key, byte[] value) {
      if (isEnded) {
        return;
      }
      if (EntryCodec.read(table, key, value) instanceof ReplicatedEntry entry) {
        listener.onStored(entry);
      } else {
        tally.unreadable.increment();
      }
    }

    @Override
    public void onRemoved(Table table, byte[] key) {
      TableKey read = isEnded ? null : readKey(table, key);
      if (read != null) {
        listener.onRemoved(read);
      }
    }

    private @Nullable TableKey readKey(Table table, byte[] key) {
      try {
        return KeyCodec.read(table, key);
      } catch (IllegalArgumentException e) {
        tally.unreadable.increment();
        return null;
      }
    }

    @Override
    public void onMembers(Set<UUID> lives, boolean isMerge) {
      review.see(lives);
      if (isMerge) {
        connections.writeAgain();
      }
    }

    @Override
    public void onLoss() {
      connections.writeAgain();
    }

    @Override
    public void onTrouble(String line) {
      if (!isEnded) {
        listener.onTrouble(line);
      }
    }
  }
}
