package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The next allocation table while a coordinator works on it. Not thread-safe. */
final class AllocationDraft {
  private final AllocationTable agreed;
  private final Version version;
  private final long epoch;
  private final List<Member> members;
  private final Bucket[] buckets;
  private int nextNumber;

  /** A draft that equals {@code agreed}, made by the coordinator {@code self}. */
  AllocationDraft(AllocationTable agreed, Version version, NodeId self) {
    this.agreed = agreed;
    this.version = version;
    Member coordinator = agreed.member(self);
    if (coordinator == null) {
      throw new IllegalArgumentException("not a member: coordinator=" + self);
    }
    this.epoch = Epoch.of(version, coordinator.number());
    this.members = new ArrayList<>(agreed.members());
    this.buckets = agreed.buckets().toArray(Bucket[]::new);
    this.nextNumber = agreed.nextNumber();
  }

  /** The epoch of buckets that get another owner by this draft. */
  long epoch() {
    return epoch;
  }

  int bucketCount() {
    return buckets.length;
  }

  Bucket bucket(int number) {
    return buckets[number];
  }

  void set(int number, Bucket bucket) {
    buckets[number] = bucket;
  }

  List<Member> members() {
    return members;
  }

  @Nullable Member member(@Nullable NodeId id) {
    for (Member member : members) {
      if (member.id().equals(id)) {
        return member;
      }
    }
    return null;
  }

  boolean isActive(@Nullable NodeId id) {
    Member member = member(id);
    return member != null && member.isActive();
  }

  void add(NodeId id, Member.Role role) {
    if (member(id) == null) {
      members.add(new Member(id, freeNumber(), role));
    }
  }

  void remove(NodeId id) {
    members.removeIf(member -> member.id().equals(id));
  }

  /**
   * Lets a member leave as {@code role} says, unless it does already; one that never has buckets is
   * gone at once. While connections may stay with one, those of others do not (PDP-1).
   */
  void drain(NodeId id, Member.Role role) {
    Member member = member(id);
    if (member != null && !member.isVoter()) {
      remove(id);
      return;
    }
    Member.Role how = isAnyStaying() ? Member.Role.DRAINING : role;
    members.replaceAll(each -> each.id().equals(id) && !each.isDraining() ? each.as(how) : each);
  }

  /** Whether a member leaves and keeps its open connections. */
  boolean isAnyStaying() {
    return members.stream().anyMatch(each -> each.role() == Member.Role.STAYING);
  }

  /** Where connections of {@code bucket} stay; not at a node that is no member any more. */
  Bucket.@Nullable Staying staying(Bucket bucket) {
    Bucket.Staying staying = bucket.staying();
    return staying == null || member(staying.node()) == null ? null : staying;
  }

  /** The first member that is on its way out, or null. */
  @Nullable NodeId firstDraining() {
    return members.stream().filter(Member::isDraining).map(Member::id).findFirst().orElse(null);
  }

  /** How many members have a vote. */
  long voters() {
    return members.stream().filter(Member::isVoter).count();
  }

  /** The active member other than {@code excluded} with the least load, or null. */
  @Nullable NodeId leastLoaded(ToLongFunction<NodeId> load, List<NodeId> excluded) {
    NodeId least = null;
    long leastLoad = Long.MAX_VALUE;
    for (Member member : members) {
      if (!member.isActive() || excluded.contains(member.id())) {
        continue;
      }
      long its = load.applyAsLong(member.id());
      if (its < leastLoad) {
        least = member.id();
        leastLoad = its;
      }
    }
    return least;
  }

  /** The table of this draft, or null if it equals the agreed one. */
  @Nullable AllocationTable seal() {
    boolean same =
        members.equals(agreed.members()) && Arrays.asList(buckets).equals(agreed.buckets());
    return same
        ? null
        : new AllocationTable(
            agreed.founder(),
            agreed.secret(),
            version,
            members,
            agreed.voterIds(),
            Arrays.asList(buckets),
            nextNumber);
  }

  private int freeNumber() {
    int number = nextNumber;
    while (isTaken(number)) {
      number = next(number);
    }
    nextNumber = next(number);
    return number;
  }

  private boolean isTaken(int number) {
    return members.stream().anyMatch(member -> member.number() == number);
  }

  private static int next(int number) {
    return number == Epoch.MAX_MEMBER ? 0 : number + 1;
  }
}
