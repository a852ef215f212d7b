package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.rule.FragmentLimits;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The incomplete datagrams of all engines of one worker, against their limits. Beyond a limit the
 * oldest one is evicted, whichever engine it belongs to.
 *
 * <p>Not thread-safe.
 */
public final class FragmentPool {
  private final FragmentLimits limits;
  private final SequencedMap<FragmentGroup, GroupTable> tables = new LinkedHashMap<>();
  private long usedBytes;

  /** Without datagrams. */
  public FragmentPool(FragmentLimits limits) {
    this.limits = limits;
  }

  /** Octets charged now. */
  public long usedBytes() {
    return usedBytes;
  }

  FragmentLimits limits() {
    return limits;
  }

  /** Whether there may be one more datagram. */
  boolean hasRoomForGroup() {
    return tables.size() < limits.groups();
  }

  /** The oldest group; null if there is none. */
  @Nullable FragmentGroup oldest() {
    return tables.isEmpty() ? null : tables.firstEntry().getKey();
  }

  void add(FragmentGroup group, GroupTable table) {
    tables.put(group, table);
  }

  /** The table of a group, which is removed here. */
  GroupTable remove(FragmentGroup group) {
    return Objects.requireNonNull(tables.remove(group), "a group that is not known");
  }

  void charge(int bytes) {
    usedBytes += bytes;
  }
}
