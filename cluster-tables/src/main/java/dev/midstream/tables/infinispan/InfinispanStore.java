package dev.midstream.tables.infinispan;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.group.GroupChannel;
import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.store.StoreListener;
import dev.midstream.tables.store.StoredEntry;
import dev.midstream.tables.store.TableStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.infinispan.AdvancedCache;
import org.infinispan.CacheStream;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.util.CloseableIterator;
import org.infinispan.commons.util.Closeables;
import org.infinispan.commons.util.IntSet;
import org.infinispan.commons.util.IntSets;
import org.infinispan.context.Flag;
import org.infinispan.lifecycle.ComponentStatus;
import org.infinispan.manager.DefaultCacheManager;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;

/**
 * Holds the tables in Infinispan, in this process, over a channel of its own with the sockets and
 * the failure detection of the carrier.
 */
public final class InfinispanStore implements TableStore {
  private static final long PUT_SECONDS = 20;
  private static final long STOP_MILLIS = 5_000;
  private static final int READ_ENTRIES = 2_048;
  private static final PartReader READER = new PartReader(Duration.ofSeconds(15));

  private final GroupSettings group;
  private final Credentials credentials;
  private final NodeId self;
  private final TableSettings settings;
  private volatile @Nullable Running running;
  private volatile boolean isClosed;

  /**
   * The store of a node.
   *
   * @param group the addresses are those of the tables, other ports than those of the carrier
   * @param self has the address {@link GroupSettings#bind()}, and the incarnation of the node
   */
  public InfinispanStore(
      GroupSettings group, Credentials credentials, NodeId self, TableSettings settings) {
    this.group = group;
    this.credentials = credentials;
    this.self = self;
    this.settings = settings;
  }

  private record Running(
      GroupChannel channel,
      DefaultCacheManager manager,
      Map<Table, AdvancedCache<byte[], byte[]>> caches) {}

  // ---- beginning and end

  @Override
  public void open(StoreListener listener) throws TablesException {
    if (running != null) {
      throw new IllegalStateException("opened twice");
    }
    GroupChannel channel = channel(listener);
    try {
      start(channel, listener);
    } catch (CacheException e) {
      close();
      channel.close();
      throw new TablesException(String.valueOf(channel.explained(e).getMessage()), e);
    }
  }

  private void start(GroupChannel channel, StoreListener listener) {
    DefaultCacheManager manager =
        new DefaultCacheManager(CacheSettings.global(group, channel.channel()), false);
    Map<Table, AdvancedCache<byte[], byte[]>> caches = new EnumMap<>(Table.class);
    running = new Running(channel, manager, caches);
    for (Table table : Table.values()) {
      manager.defineConfiguration(nameOf(table), CacheSettings.cache(table, settings));
    }
    manager.start();
    ViewListener views = new ViewListener(manager, listener);
    manager.addListener(views);
    for (Table table : Table.values()) {
      AdvancedCache<byte[], byte[]> cache =
          manager.<byte[], byte[]>getCache(nameOf(table)).getAdvancedCache();
      caches.put(table, cache);
      if (Table.REPLICATED.contains(table)) {
        cache.addListener(new EntryListener(table, listener));
      } else {
        cache.addListener(new LossListener(listener));
      }
    }
    views.begin();
  }

  private GroupChannel channel(StoreListener listener) throws TablesException {
    try {
      return GroupChannel.of(group, credentials, self, new TroubleListener(listener));
    } catch (CarrierException e) {
      throw new TablesException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String nameOf(Table table) {
    return table.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    Running present = running;
    if (present == null || isClosed) {
      return;
    }
    isClosed = true;
    if (present.manager.getStatus() == ComponentStatus.RUNNING) {
      stop(present.manager);
    }
    present.channel.close();
  }

  /** Waits some seconds at most: it may wait for nodes that do not answer. */
  private static void stop(DefaultCacheManager manager) {
    Thread stop = Thread.ofPlatform().daemon().name("tables stop").start(manager::stop);
    try {
      stop.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The group layer's channel, for tests of its settings. */
  JChannel channel() {
    return running().channel.channel();
  }

  /** A cache, for tests of its settings. */
  AdvancedCache<byte[], byte[]> cache(Table table) {
    AdvancedCache<byte[], byte[]> cache = running().caches.get(table);
    if (cache == null) {
      throw new IllegalStateException("not open");
    }
    return cache;
  }

  private Running running() {
    Running present = running;
    if (present == null) {
      throw new IllegalStateException("not open");
    }
    return present;
  }

  // ---- writing

  @Override
  public CompletableFuture<?> put(Table table, List<StoredEntry> entries, long lifeMillis) {
    return put(table, entries, lifeMillis, 0);
  }

  @Override
  public CompletableFuture<?> putIfNewer(Table table, List<StoredEntry> entries, long lifeMillis) {
    return put(table, entries, lifeMillis, 1);
  }

  private CompletableFuture<?> put(
      Table table, List<StoredEntry> entries, long lifeMillis, int least) {
    if (entries.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return tried(() -> {
      AdvancedCache<byte[], byte[]> cache = cache(table);
      Set<byte[]> keys = entries.stream().map(StoredEntry::key).collect(Collectors.toSet());
      return cache
          .getAllAsync(keys)
          .thenCompose(present ->
              cache.putAllAsync(
                  wanted(entries, present, least),
                  lifeMillis,
                  TimeUnit.MILLISECONDS,
                  -1,
                  TimeUnit.MILLISECONDS));
    });
  }

  /** Those of which nothing is there, or whose comparison with it gives {@code least} or more. */
  private static IdentityHashMap<byte[], byte[]> wanted(
      List<StoredEntry> entries, Map<byte[], byte[]> present, int least) {
    Map<ByteBuffer, byte[]> values = new HashMap<>();
    present.forEach((key, value) -> values.put(ByteBuffer.wrap(key), value));
    IdentityHashMap<byte[], byte[]> wanted = new IdentityHashMap<>();
    for (StoredEntry each : entries) {
      byte[] before = values.get(ByteBuffer.wrap(each.key()));
      if (before == null || EntryCodec.compare(each.value(), before) >= least) {
        wanted.put(each.key(), each.value());
      }
    }
    return wanted;
  }

  @Override
  public CompletableFuture<?> remove(Table table, List<byte[]> keys) {
    return all(keys, key -> forgetful(table).removeAsync(key));
  }

  @Override
  public CompletableFuture<?> removeIfSame(Table table, List<StoredEntry> entries) {
    return all(entries, each -> cache(table).removeAsync(each.key(), each.value()));
  }

  private AdvancedCache<byte[], byte[]> forgetful(Table table) {
    return cache(table).withFlags(Flag.IGNORE_RETURN_VALUES);
  }

  private static <T> CompletableFuture<?> all(List<T> all, Function<T, CompletableFuture<?>> each) {
    return tried(
        () -> CompletableFuture.allOf(all.stream().map(each).toArray(CompletableFuture[]::new)));
  }

  private static CompletableFuture<?> tried(Supplier<CompletableFuture<?>> action) {
    try {
      return action.get().orTimeout(PUT_SECONDS, TimeUnit.SECONDS);
    } catch (CacheException | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // ---- reading

  @Override
  public void forEach(Table table, Consumer<StoredEntry> consumer) throws TablesException {
    int segments = table == Table.CONNECTIONS ? settings.buckets() : CacheSettings.SEGMENTS;
    READER.readAll(segments, each -> entries(table, each), consumer);
  }

  @Override
  public void forEachIn(int bucket, Consumer<StoredEntry> consumer) throws TablesException {
    IntSet segment = IntSets.immutableSet(bucket % settings.buckets());
    READER.read(segment, each -> entries(Table.CONNECTIONS, each), consumer);
  }

  private CloseableIterator<Map.Entry<byte[], byte[]>> entries(Table table, IntSet segments) {
    return Closeables.iterator(
        cache(table).entrySet().stream()
            .filterKeySegments(segments)
            .distributedBatchSize(READ_ENTRIES));
  }

  @Override
  public void forEachHere(Table table, Consumer<StoredEntry> consumer) throws TablesException {
    try (CacheStream<Map.Entry<byte[], byte[]>> entries = here(cache(table))) {
      for (Iterator<Map.Entry<byte[], byte[]>> each = entries.iterator(); each.hasNext(); ) {
        Map.Entry<byte[], byte[]> entry = each.next();
        consumer.accept(new StoredEntry(entry.getKey(), entry.getValue()));
      }
    } catch (CacheException | IllegalStateException e) {
      throw new TablesException("the table cannot be read: " + e.getMessage(), e);
    }
  }

  private static CacheStream<Map.Entry<byte[], byte[]>> here(AdvancedCache<byte[], byte[]> cache) {
    IntSet segments = cache.getDistributionManager().getCacheTopology().getLocalPrimarySegments();
    return cache.withFlags(Flag.CACHE_MODE_LOCAL).entrySet().stream().filterKeySegments(segments);
  }
}
