package dev.midstream.tables.infinispan;

import dev.midstream.tables.entry.EntryCodec;
import java.util.List;
import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.jspecify.annotations.Nullable;

/**
 * Which of several values of one key remains when parts of a cluster meet again: the one that
 * {@link EntryCodec#compare} prefers. One that only one part has remains, too. Public, because
 * Infinispan may make it from its name.
 */
public final class HigherEpoch implements EntryMergePolicy<Object, Object> {

  @Override
  public @Nullable CacheEntry<Object, Object> merge(
      @Nullable CacheEntry<Object, Object> preferred, List<CacheEntry<Object, Object>> others) {
    CacheEntry<Object, Object> best = preferred;
    for (CacheEntry<Object, Object> other : others) {
      if (isBetter(other, best)) {
        best = other;
      }
    }
    return best;
  }

  private static boolean isBetter(
      @Nullable CacheEntry<Object, Object> other, @Nullable CacheEntry<Object, Object> best) {
    if (other == null || other.getValue() == null) {
      return false;
    }
    return best == null
        || best.getValue() == null
        || EntryCodec.compare(Values.octets(other.getValue()), Values.octets(best.getValue())) > 0;
  }
}
