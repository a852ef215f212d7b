package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.store.MemoryBudget;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** All groups, oldest first, and the memory charged for them. */
final class GroupTable {
  /** Charge for each group: its key, its collections and their entries in the table. */
  static final int GROUP_BYTES = 640;

  /** Charge for each fragment in addition to its kept octets: its buffer, objects and entries. */
  static final int FRAGMENT_BYTES = 448;

  /**
   * Room even when the memory is used up: for the largest datagram in 140 fragments. A sender may
   * retransmit in fragments what the receiver must acknowledge before memory becomes free.
   */
  private static final int RESERVED_BYTES = 131_072;

  private final FragmentPool pool;
  private final MemoryBudget budget;
  private final SequencedMap<FragmentKey, FragmentGroup> groups = new LinkedHashMap<>();

  GroupTable(FragmentPool pool, MemoryBudget budget) {
    this.pool = pool;
    this.budget = budget;
  }

  @Nullable FragmentGroup find(FragmentKey key) {
    return groups.get(key);
  }

  /** Opens a group. Legal only if {@link #makeRoomForGroup}. */
  FragmentGroup open(FragmentKey key, long nowNanos) {
    FragmentGroup group = new FragmentGroup(key, nowNanos + pool.limits().nanos());
    groups.put(key, group);
    pool.add(group, this);
    charge(group);
    return group;
  }

  /** Removes a group, which may be that of another engine, and frees its fragments. */
  void remove(FragmentGroup group) {
    GroupTable table = pool.remove(group);
    group.free();
    table.groups.remove(group.key());
    table.charge(group, 0);
  }

  /** Frees all groups and their fragments. */
  void clear() {
    for (FragmentGroup group = oldest(); group != null; group = oldest()) {
      remove(group);
    }
  }

  /** The oldest group of this engine; null if there is none. */
  @Nullable FragmentGroup oldest() {
    return groups.isEmpty() ? null : groups.firstEntry().getValue();
  }

  /** The oldest group of all engines; null if there is none. */
  @Nullable FragmentGroup oldestOfAll() {
    return pool.oldest();
  }

  /** Makes room for one more group, if there is any. */
  boolean makeRoomForGroup() {
    return pool.hasRoomForGroup() && makeRoomFor(GROUP_BYTES);
  }

  /** Makes room for one more fragment, of which {@code length} octets are kept, if there is any. */
  boolean makeRoomForFragment(int length) {
    return makeRoomFor(length + FRAGMENT_BYTES);
  }

  /** Adjusts the charge of a group to its present size. */
  void charge(FragmentGroup group) {
    charge(group, GROUP_BYTES + FRAGMENT_BYTES * group.size() + group.keptBytes());
  }

  private boolean makeRoomFor(int bytes) {
    long bytesThen = pool.usedBytes() + bytes;
    boolean room = bytesThen <= RESERVED_BYTES || budget.makeRoomFor(bytes);
    return bytesThen <= pool.limits().bytes() && room;
  }

  private void charge(FragmentGroup group, int bytes) {
    int more = group.charge(bytes);
    pool.charge(more);
    budget.charge(more);
  }
}
