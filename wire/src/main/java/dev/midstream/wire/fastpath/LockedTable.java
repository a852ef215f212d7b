package dev.midstream.wire.fastpath;

import dev.midstream.wire.packet.Leg;
import java.util.function.Consumer;

/** A table whose entries change only with a lock, which others have while they change them, too. */
final class LockedTable implements FastPathTable {
  private final FastPathTable table;
  private final Object lock;
  private final Consumer<FlowEntry> change;

  /**
   * Changes {@code table} with {@code lock} only.
   *
   * @param change is made to each entry that is set, with the lock
   */
  LockedTable(FastPathTable table, Object lock, Consumer<FlowEntry> change) {
    this.table = table;
    this.lock = lock;
    this.change = change;
  }

  @Override
  public FlowKey newKey() {
    return table.newKey();
  }

  @Override
  public FlowEntry newEntry() {
    return table.newEntry();
  }

  @Override
  public int interfaceOf(Leg leg) {
    return table.interfaceOf(leg);
  }

  @Override
  public boolean put(FlowKey key, FlowEntry entry) {
    synchronized (lock) {
      change.accept(entry);
      return table.put(key, entry);
    }
  }

  @Override
  public boolean read(FlowKey key, FlowEntry entry) {
    return table.read(key, entry);
  }

  @Override
  public boolean take(FlowKey key, FlowEntry entry) {
    synchronized (lock) {
      return table.take(key, entry);
    }
  }
}
