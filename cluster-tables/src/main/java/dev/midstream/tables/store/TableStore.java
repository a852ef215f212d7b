package dev.midstream.tables.store;

import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.Table;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Holds the octets of the tables, at all nodes of a cluster. When parts of a cluster that was cut
 * meet again, of two values of one key the one remains that {@code EntryCodec.compare} prefers.
 * Thread-safe.
 */
public interface TableStore extends AutoCloseable {
  /** An entry that stays until it is removed. */
  long FOR_EVER = -1;

  /**
   * Meets the other nodes.
   *
   * @throws TablesException if this node cannot take part; the store is closed then
   */
  void open(StoreListener listener) throws TablesException;

  /**
   * Puts entries, but for those that count less than what is there ({@code EntryCodec.compare}):
   * what an earlier owner writes late hides nothing, unless both write at the same moment. The
   * future ends when all nodes that hold them have them, or with an error after some seconds, or
   * when the store is closed. Does not wait.
   *
   * @param entries their keys differ
   * @param lifeMillis how long they stay; {@link #FOR_EVER}, or 1 or more
   */
  CompletableFuture<?> put(Table table, List<StoredEntry> entries, long lifeMillis);

  /**
   * Puts those entries that count more than what is there, or of which nothing is there; as {@link
   * #put}. So two nodes that both do this after a cut do not write at the same moment.
   */
  CompletableFuture<?> putIfNewer(Table table, List<StoredEntry> entries, long lifeMillis);

  /** Removes entries; as {@link #put}. */
  CompletableFuture<?> remove(Table table, List<byte[]> keys);

  /** Removes those entries that still have these values; as {@link #put}. */
  CompletableFuture<?> removeIfSame(Table table, List<StoredEntry> entries);

  /**
   * Reads all entries of a table. Waits for other nodes.
   *
   * @throws TablesException if the table cannot be read now
   */
  void forEach(Table table, Consumer<StoredEntry> consumer) throws TablesException;

  /**
   * Reads the connections of a bucket. Waits for other nodes.
   *
   * @throws TablesException if the table cannot be read now
   */
  void forEachIn(int bucket, Consumer<StoredEntry> consumer) throws TablesException;

  /**
   * Reads those entries of a table for which this node answers: at each moment one node does so for
   * each entry. Waits for no other node.
   *
   * @throws TablesException if the table cannot be read now
   */
  void forEachHere(Table table, Consumer<StoredEntry> consumer) throws TablesException;

  /** Leaves the other nodes, within some seconds. Does nothing if the store is closed. */
  @Override
  void close();
}
