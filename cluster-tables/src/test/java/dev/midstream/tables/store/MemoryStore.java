package dev.midstream.tables.store;

import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A store between nodes of one process: the twin that needs no network. Each node has all. */
public final class MemoryStore implements TableStore {
  private final Place place;
  private final UUID life;
  private final Map<Table, Map<ByteBuffer, byte[]>> tables = new EnumMap<>(Table.class);
  private @Nullable StoreListener listener;

  /** Where nodes of one process meet. */
  public static final class Place {
    private final List<MemoryStore> present = new ArrayList<>();
    private final Set<UUID> apart = new HashSet<>();

    /** Cuts a node off from the others. */
    public synchronized void cut(UUID life) {
      apart.add(life);
      show(false);
    }

    /** All nodes meet again. */
    public synchronized void heal() {
      apart.clear();
      for (Table table : Table.values()) {
        Map<ByteBuffer, byte[]> all = new LinkedHashMap<>();
        present.forEach(each -> each.table(table).forEach((key, value) -> merge(all, key, value)));
        present.forEach(each -> all.forEach((key, value) -> each.set(table, key, value)));
      }
      show(true);
    }

    private static void merge(Map<ByteBuffer, byte[]> all, ByteBuffer key, byte[] value) {
      all.merge(key, value, (one, other) -> EntryCodec.compare(one, other) >= 0 ? one : other);
    }

    private void show(boolean isMerge) {
      for (MemoryStore each : present) {
        each.listener().onMembers(lives(partOf(each)), isMerge);
      }
    }

    private static Set<UUID> lives(List<MemoryStore> nodes) {
      return nodes.stream().map(each -> each.life).collect(Collectors.toUnmodifiableSet());
    }

    private List<MemoryStore> partOf(MemoryStore node) {
      return apart.contains(node.life)
          ? List.of(node)
          : present.stream().filter(each -> !apart.contains(each.life)).toList();
    }

    private synchronized void enter(MemoryStore node) {
      if (!present.isEmpty()) {
        for (Table table : Table.values()) {
          node.table(table).putAll(present.getFirst().table(table));
        }
      }
      present.add(node);
      show(false);
    }

    private synchronized void leave(MemoryStore node) {
      present.remove(node);
      show(false);
    }

    private synchronized void inPart(MemoryStore node, Consumer<MemoryStore> action) {
      partOf(node).forEach(action);
    }
  }

  /** The store of a life, which is not open. */
  public MemoryStore(Place place, UUID life) {
    this.place = place;
    this.life = life;
  }

  @Override
  public void open(StoreListener listener) {
    this.listener = listener;
    place.enter(this);
  }

  @Override
  public void close() {
    place.leave(this);
  }

  private StoreListener listener() {
    StoreListener present = listener;
    if (present == null) {
      throw new IllegalStateException("not open");
    }
    return present;
  }

  private Map<ByteBuffer, byte[]> table(Table table) {
    return tables.computeIfAbsent(table, _ -> new LinkedHashMap<>());
  }

  private void set(Table table, ByteBuffer key, byte[] value) {
    byte[] before = table(table).get(key);
    if (before != null && EntryCodec.compare(value, before) < 0) {
      return;
    }
    table(table).put(key, value);
    if (table != Table.CONNECTIONS && !Arrays.equals(before, value)) {
      listener().onStored(table, key.array(), value);
    }
  }

  private void unset(Table table, ByteBuffer key) {
    if (table(table).remove(key) != null && table != Table.CONNECTIONS) {
      listener().onRemoved(table, key.array());
    }
  }

  @Override
  public CompletableFuture<?> put(Table table, List<StoredEntry> entries, long lifeMillis) {
    for (StoredEntry each : entries) {
      ByteBuffer key = ByteBuffer.wrap(each.key());
      place.inPart(this, node -> node.set(table, key, each.value()));
    }
    if (lifeMillis != FOR_EVER) {
      Executor later = CompletableFuture.delayedExecutor(lifeMillis, TimeUnit.MILLISECONDS);
      later.execute(() -> {
        CompletableFuture<?> _ = removeIfSame(table, entries);
      });
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<?> putIfNewer(Table table, List<StoredEntry> entries, long lifeMillis) {
    return put(table, entries, lifeMillis);
  }

  @Override
  public CompletableFuture<?> remove(Table table, List<byte[]> keys) {
    keys.forEach(key -> place.inPart(this, node -> node.unset(table, ByteBuffer.wrap(key))));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<?> removeIfSame(Table table, List<StoredEntry> entries) {
    for (StoredEntry each : entries) {
      ByteBuffer key = ByteBuffer.wrap(each.key());
      place.inPart(
          this,
          node -> {
            if (Arrays.equals(node.table(table).get(key), each.value())) {
              node.unset(table, key);
            }
          });
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void forEach(Table table, Consumer<StoredEntry> consumer) {
    entries(table).forEach(consumer);
  }

  private List<StoredEntry> entries(Table table) {
    synchronized (place) {
      return table(table).entrySet().stream()
          .map(each -> new StoredEntry(each.getKey().array(), each.getValue()))
          .toList();
    }
  }

  @Override
  public void forEachIn(int bucket, Consumer<StoredEntry> consumer) {
    entries(Table.CONNECTIONS).stream()
        .filter(each -> KeyCodec.bucketOf(each.key()) == bucket)
        .forEach(consumer);
  }

  @Override
  public void forEachHere(Table table, Consumer<StoredEntry> consumer) throws TablesException {
    boolean isFirst;
    synchronized (place) {
      isFirst = place.partOf(this).indexOf(this) == 0;
    }
    if (isFirst) {
      forEach(table, consumer);
    }
  }
}
