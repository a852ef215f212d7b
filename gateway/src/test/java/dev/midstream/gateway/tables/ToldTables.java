package dev.midstream.gateway.tables;

import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TableCounts;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.TablesListener;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.TableEntry;
import dev.midstream.tables.entry.TableKey;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tables that remember what they were told, and hold what a test puts there. */
class ToldTables implements CommonTables {
  final List<String> told = new CopyOnWriteArrayList<>();
  final List<ConnectionEntry> offered = new CopyOnWriteArrayList<>();
  final List<ReplicatedEntry> put = new CopyOnWriteArrayList<>();
  final List<TableEntry> held = new CopyOnWriteArrayList<>();
  volatile boolean isReadable = true;

  /** What was told since the last call. */
  List<String> takeTold() {
    List<String> taken = new ArrayList<>(told);
    told.clear();
    return taken;
  }

  @Override
  public void open(TablesListener listener) throws TablesException {
    told.add("open");
  }

  @Override
  public void offer(ConnectionEntry entry) {
    offered.add(entry);
    told.add("offer " + entry.key().client() + " revision " + entry.revision());
  }

  @Override
  public void end(ConnectionKey key) {
    told.add("end " + key.client());
  }

  @Override
  public void release(int bucket, long epoch) {
    told.add("release " + bucket + " epoch " + epoch);
  }

  @Override
  public void removeEarlier(ConnectionEntry entry) {
    told.add("remove " + entry.key().client() + " epoch " + entry.epoch());
  }

  @Override
  public void put(ReplicatedEntry entry) {
    put.add(entry);
  }

  @Override
  public void put(ReplicatedEntry entry, Outcome outcome) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void remove(TableKey key) {
    told.add("remove " + key);
  }

  @Override
  public <E extends TableEntry> void forEach(Class<E> entries, Consumer<E> consumer)
      throws TablesException {
    check();
    held.stream().filter(entries::isInstance).map(entries::cast).forEach(consumer);
  }

  @Override
  public void forEachIn(int bucket, Consumer<ConnectionEntry> consumer) throws TablesException {
    forEach(
        ConnectionEntry.class,
        entry -> {
          if (entry.bucket() == bucket) {
            consumer.accept(entry);
          }
        });
  }

  private void check() throws TablesException {
    if (!isReadable) {
      throw new TablesException("the table cannot be read: test", null);
    }
  }

  @Override
  public TableCounts counts() {
    return new TableCounts(5, 4, 3, 2, 1, 0, 7);
  }

  @Override
  public void close() {
    told.add("close");
  }
}
