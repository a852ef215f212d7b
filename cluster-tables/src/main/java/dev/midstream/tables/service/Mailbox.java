package dev.midstream.tables.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait for the thread of the tables, the last one of each key. When it is full, the
 * oldest is dropped. Thread-safe; a caller waits for no more than another one's entry into a map.
 */
final class Mailbox<K, C> {
  private final int max;
  private SequencedMap<K, C> changes = new LinkedHashMap<>();

  Mailbox(int max) {
    this.max = max;
  }

  /**
   * Adds a change, which takes the place of an earlier one of its key.
   *
   * @param join makes one of the change and the earlier one
   * @return what was dropped for it; null if nothing was
   */
  synchronized @Nullable C add(K key, C change, BinaryOperator<C> join) {
    C earlier = changes.remove(key);
    Map.Entry<K, C> dropped = changes.size() < max ? null : changes.pollFirstEntry();
    changes.put(key, earlier == null ? change : join.apply(change, earlier));
    return dropped == null ? null : dropped.getValue();
  }

  /** Adds an earlier change again, unless there is a later one, or no room. */
  synchronized boolean addAgain(K key, C change) {
    return changes.containsKey(key)
        || (changes.size() < max && changes.putIfAbsent(key, change) == null);
  }

  /** Takes all. */
  synchronized SequencedMap<K, C> takeAll() {
    SequencedMap<K, C> taken = changes;
    if (!taken.isEmpty()) {
      changes = new LinkedHashMap<>();
    }
    return taken;
  }
}
