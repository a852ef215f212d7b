package dev.midstream.tables;

import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.TableKey;

/** Hears of changes in the tables. Called by several threads at once; must not wait. */
public interface TablesListener {

  /** An entry was put or changed, by this node or another one. May be repeated. */
  void onStored(ReplicatedEntry entry);

  /** An entry was removed, or its time is over. */
  void onRemoved(TableKey key);

  /** Something is wrong; one line for an operator. */
  void onTrouble(String line);
}
