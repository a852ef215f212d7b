package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.store.MemoryBudget;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** All groups, the one that waits longest first, and the memory charged for them. */
final class GroupTable {
  /** What a group, and each fragment in it, is charged beyond its octets. */
  private static final int OVERHEAD_BYTES = 128;

  private final FragmentLimits limits;
  private final MemoryBudget budget;
  private final SequencedMap<FragmentKey, FragmentGroup> groups = new LinkedHashMap<>();
  private long usedBytes;

  GroupTable(FragmentLimits limits, MemoryBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  @Nullable FragmentGroup find(FragmentKey key) {
    return groups.get(key);
  }

  /** Opens a group; there must be room. */
  FragmentGroup open(FragmentKey key, long nowNanos) {
    FragmentGroup group = new FragmentGroup(key, nowNanos + limits.nanos());
    groups.put(key, group);
    charge(group);
    return group;
  }

  /** Forgets a group and all it keeps. */
  void remove(FragmentGroup group) {
    group.free();
    groups.remove(group.key());
    charge(group, 0);
  }

  /** The group that waits longest; null without any. */
  @Nullable FragmentGroup oldest() {
    return groups.isEmpty() ? null : groups.firstEntry().getValue();
  }

  int size() {
    return groups.size();
  }

  boolean hasRoomForGroup() {
    return groups.size() < limits.groups() && hasRoomFor(OVERHEAD_BYTES);
  }

  /** Whether one more fragment may be known, with {@code length} octets that are kept of it. */
  boolean hasRoomForFragment(int length) {
    return hasRoomFor(length + OVERHEAD_BYTES);
  }

  /** Charges what a group has become. */
  void charge(FragmentGroup group) {
    charge(group, OVERHEAD_BYTES * (1 + group.size()) + group.keptBytes());
  }

  /** Octets charged for all groups. */
  long usedBytes() {
    return usedBytes;
  }

  private boolean hasRoomFor(int bytes) {
    return usedBytes + bytes <= limits.bytes() && budget.hasRoomFor(bytes);
  }

  private void charge(FragmentGroup group, int bytes) {
    int more = bytes - group.chargedBytes();
    group.charged(bytes);
    usedBytes += more;
    budget.charge(more);
  }
}
