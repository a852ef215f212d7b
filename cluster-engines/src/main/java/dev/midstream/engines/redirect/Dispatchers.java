package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dispatchers of a cluster, and from which of them packets came. Not thread-safe. */
final class Dispatchers {
  private List<NodeId> all = List.of();

  /** The dispatcher from which the last packet of each bucket came. */
  private @Nullable NodeId[] entries = new NodeId[0];

  private @Nullable NodeId lastEntry;

  void set(List<NodeId> dispatchers, int buckets) {
    all = List.copyOf(dispatchers);
    entries = Arrays.copyOf(entries, buckets);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Where a packet of {@code bucket} leaves that came of none; null if there is no dispatcher. */
  @Nullable NodeId exitOf(int bucket) {
    @Nullable NodeId entry = bucket < entries.length ? entries[bucket] : null;
    if (entry != null && all.contains(entry)) {
      return entry;
    }
    if (lastEntry != null && all.contains(lastEntry)) {
      return lastEntry;
    }
    return all.isEmpty() ? null : all.getFirst();
  }

  /** A packet of {@code bucket} came from {@code from}. */
  void noteEntry(int bucket, @Nullable NodeId from) {
    if (from != null && all.contains(from)) {
      entries[bucket] = from;
      lastEntry = from;
    }
  }
}
