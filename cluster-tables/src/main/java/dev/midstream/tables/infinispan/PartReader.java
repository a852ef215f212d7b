package dev.midstream.tables.infinispan;

import dev.midstream.tables.TablesException;
import dev.midstream.tables.store.StoredEntry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.infinispan.commons.util.CloseableIterator;
import org.infinispan.commons.util.IntSet;
import org.infinispan.commons.util.IntSets;

/**
 * Reads a table in parts, and gives each entry once. While nodes join or leave, the iterator of
 * Infinispan may give an entry twice, and may wait for ever; so each part has a time limit.
 */
final class PartReader {
  /** As many entries as a part has are in memory at once. */
  private static final int PARTS = 16;

  private final Duration limit;

  /** A reader that waits for each part as long as {@code limit}. */
  PartReader(Duration limit) {
    this.limit = limit;
  }

  /** Opens the entries of some segments of a table. */
  interface Source {
    /** The entries of {@code segments}, some of them perhaps twice. May wait, and may fail. */
    CloseableIterator<Map.Entry<byte[], byte[]>> open(IntSet segments);
  }

  /**
   * Gives {@code consumer} all entries of the segments 0 to {@code count - 1}.
   *
   * @throws TablesException if a part cannot be read, or not in time
   */
  void readAll(int count, Source source, Consumer<StoredEntry> consumer) throws TablesException {
    for (int part = 0; part < Math.min(PARTS, count); part++) {
      IntSet segments = IntSets.mutableEmptySet(count);
      for (int segment = part; segment < count; segment += PARTS) {
        segments.set(segment);
      }
      read(segments, source, consumer);
    }
  }

  /**
   * Gives {@code consumer} all entries of {@code segments}.
   *
   * @throws TablesException if they cannot be read, or not in time
   */
  void read(IntSet segments, Source source, Consumer<StoredEntry> consumer) throws TablesException {
    FutureTask<Collection<StoredEntry>> part = new FutureTask<>(() -> entries(segments, source));
    Thread.ofVirtual().name("tables read").start(part);
    try {
      part.get(limit.toMillis(), TimeUnit.MILLISECONDS).forEach(consumer);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new TablesException("the table cannot be read: " + cause.getMessage(), e);
    } catch (TimeoutException e) {
      throw new TablesException(
          "the table cannot be read: no answer within " + limit.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TablesException("the table cannot be read: interrupted", e);
    } finally {
      part.cancel(/* mayInterruptIfRunning= */ true);
    }
  }

  private static Collection<StoredEntry> entries(IntSet segments, Source source) {
    Map<ByteBuffer, StoredEntry> entries = new LinkedHashMap<>();
    try (CloseableIterator<Map.Entry<byte[], byte[]>> each = source.open(segments)) {
      while (each.hasNext()) {
        Map.Entry<byte[], byte[]> entry = each.next();
        StoredEntry stored = new StoredEntry(entry.getKey(), entry.getValue());
        entries.put(ByteBuffer.wrap(stored.key()), stored);
      }
    }
    return entries.values();
  }
}
