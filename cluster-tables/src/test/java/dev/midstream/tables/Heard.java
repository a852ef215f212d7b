package dev.midstream.tables;

import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.TableKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a node hears of its tables. */
public final class Heard implements TablesListener {
  final List<ReplicatedEntry> stored = new CopyOnWriteArrayList<>();
  final List<TableKey> removed = new CopyOnWriteArrayList<>();
  final List<String> trouble = new CopyOnWriteArrayList<>();

  @Override
  public void onStored(ReplicatedEntry entry) {
    stored.add(entry);
  }

  @Override
  public void onRemoved(TableKey key) {
    removed.add(key);
  }

  @Override
  public void onTrouble(String line) {
    trouble.add(line);
  }

  /** What was said of what is wrong. */
  public List<String> trouble() {
    return trouble;
  }
}
