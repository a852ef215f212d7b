package dev.midstream.tables.store;

import dev.midstream.tables.entry.Table;
import java.util.Set;
import java.util.UUID;

/** Hears of changes in a {@link TableStore}. Called by several threads at once; must not wait. */
public interface StoreListener {

  /** An entry of a replicated table was put or changed. May be repeated. */
  void onStored(Table table, byte[] key, byte[] value);

  /** An entry of a replicated table was removed, or its time is over. */
  void onRemoved(Table table, byte[] key);

  /**
   * These lives of nodes are connected; with one view after the other.
   *
   * @param isMerge whether parts of a cluster that was cut have met again
   */
  void onMembers(Set<UUID> lives, boolean isMerge);

  /** All nodes that had a part of the connections are gone: what was in it is lost. */
  void onLoss();

  /** Something is wrong; one line for an operator. */
  void onTrouble(String line);
}
