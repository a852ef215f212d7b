package dev.midstream.tables;

import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.TableEntry;
import dev.midstream.tables.entry.TableKey;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.function.Consumer;

/**
 * The tables that all nodes of a cluster share, for one life of a node (HSI-1). They are for
 * commands and observers: what decides travels by messages. A reader may see what was true seconds
 * ago, and in a cluster that is cut what its own part knows.
 *
 * <p>Thread-safe. Only {@link #open}, {@link #close}, {@link #forEach} and {@link #forEachIn} wait
 * for anything. All other methods put their argument into a queue; if that is full, the oldest
 * change in it is dropped and counted.
 */
public interface CommonTables extends AutoCloseable {

  /**
   * Meets the other nodes. To be called once.
   *
   * @param listener called by several threads at once, from before this call returns until {@link
   *     #close} returns
   * @throws TablesException if this node cannot take part; the tables are closed then
   */
  void open(TablesListener listener) throws TablesException;

  // ---- connections of this node

  /**
   * Says what a connection of this node looks like now. Its owner calls this when the connection is
   * opened, when its phase changes, and every 10 s. The connection enters the table when it is a
   * second old. There it is refreshed when its phase changes, and every 10 s if its revision has
   * changed, the one that has waited longest first, as many in a second as the settings permit. All
   * are written again when the table may have lost some. One that was not offered for a minute is
   * taken for ended.
   */
  void offer(ConnectionEntry entry);

  /** A connection of this node has ended: it leaves the table. */
  void end(ConnectionKey key);

  /**
   * Another node owns a bucket: its connections stay in the table, and this node writes them no
   * more.
   *
   * @param epoch the last epoch under which this node owned it; connections that were offered under
   *     it, or an earlier one, are forgotten
   */
  void release(int bucket, long epoch);

  /**
   * Removes a connection that was read, and that its bucket's owner does not know: an earlier owner
   * has written it. Does nothing if it was overwritten meanwhile.
   */
  void removeEarlier(ConnectionEntry entry);

  // ---- entries that each node gets

  /** Puts an entry into its table at all nodes. It is repeated until they have it. */
  void put(ReplicatedEntry entry);

  /**
   * Puts an entry into its table at all nodes, and tries that once.
   *
   * @param outcome called by a thread of the tables, with true when all nodes of the view have this
   *     entry or a later change of it, with false if that failed or the entry was dropped
   */
  void put(ReplicatedEntry entry, Outcome outcome);

  /** Removes an entry from its table at all nodes; for connections there is {@link #end}. */
  void remove(TableKey key);

  /** What became of an entry. Must not wait. */
  @FunctionalInterface
  interface Outcome {
    /** Called once. */
    void onDone(boolean isStored);
  }

  // ---- reading

  /**
   * Reads all entries of a table, in no order. Waits for other nodes, seconds at most. What cannot
   * be read is counted and left out.
   *
   * @throws TablesException if the table cannot be read now
   */
  <E extends TableEntry> void forEach(Class<E> entries, Consumer<E> consumer)
      throws TablesException;

  /**
   * Reads the connections of one bucket (HSI-3), as {@link #forEach} does.
   *
   * @throws TablesException if the table cannot be read now
   */
  void forEachIn(int bucket, Consumer<ConnectionEntry> consumer) throws TablesException;

  /** What was done so far. */
  TableCounts counts();

  /**
   * Removes the entries of this node and leaves the others; within 10 s. Does nothing if the tables
   * are closed.
   */
  @Override
  void close();
}
