package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who is a member, and who owns and backs up each bucket: the one record that the members agree on.
 * Immutable.
 */
public final class AllocationTable {
  /** The greatest number of buckets. */
  public static final int MAX_BUCKETS = 4096;

  private final NodeId founder;
  private final Secret secret;
  private final Version version;
  private final List<Member> members;
  private final List<NodeId> memberIds;
  private final List<NodeId> voterIds;
  private final List<NodeId> base;
  private final List<Bucket> buckets;
  private final @Nullable NodeId stayer;
  private final int nextNumber;

  AllocationTable(
      NodeId founder,
      Secret secret,
      Version version,
      List<Member> members,
      List<NodeId> base,
      List<Bucket> buckets,
      int nextNumber) {
    this.founder = founder;
    this.secret = secret;
    this.version = version;
    this.members = List.copyOf(members);
    this.memberIds = this.members.stream().map(Member::id).toList();
    this.voterIds = this.members.stream().filter(Member::isVoter).map(Member::id).toList();
    this.stayer = stayer(this.members);
    this.base = List.copyOf(base);
    this.buckets = List.copyOf(buckets);
    this.nextNumber = nextNumber;
  }

  /**
   * The table of a new cluster with one member and all buckets in the pool.
   *
   * @param secret what the cluster keeps secret from then on
   * @param bucketCount a power of two from 1 to {@link #MAX_BUCKETS}
   */
  public static AllocationTable first(
      Version version, NodeId member, Secret secret, Member.Role role, int bucketCount) {
    List<Bucket> buckets = new ArrayList<>();
    for (int each = 0; each < checkedCount(bucketCount); each++) {
      buckets.add(Bucket.NEW);
    }
    return new AllocationTable(
        member, secret, version, List.of(new Member(member, 0, role)), List.of(member), buckets, 1);
  }

  /**
   * A table as another node knows it.
   *
   * @param members at least one
   * @param buckets a power of two from 1 to {@link #MAX_BUCKETS}
   * @param nextNumber the number of the next node that joins, 0 or more
   */
  public static AllocationTable received(
      NodeId founder,
      Secret secret,
      Version version,
      List<Member> members,
      List<NodeId> base,
      List<Bucket> buckets,
      int nextNumber) {
    checkedCount(buckets.size());
    if (members.isEmpty() || nextNumber < 0) {
      throw new IllegalArgumentException("members=" + members + " next=" + nextNumber);
    }
    return new AllocationTable(founder, secret, version, members, base, buckets, nextNumber);
  }

  /** Checks a number of buckets: a power of two from 1 to {@link #MAX_BUCKETS}. */
  public static int checkedCount(int bucketCount) {
    if (bucketCount < 1 || bucketCount > MAX_BUCKETS || Integer.bitCount(bucketCount) != 1) {
      throw new IllegalArgumentException("not a power of two up to 4096: buckets=" + bucketCount);
    }
    return bucketCount;
  }

  /** The first member of the cluster, which names it: tables of other founders say nothing. */
  public NodeId founder() {
    return founder;
  }

  /** The secret of the cluster; the founder has drawn it, and no later table changes it. */
  public Secret secret() {
    return secret;
  }

  /** The version. */
  public Version version() {
    return version;
  }

  /** The members, in the order in which they joined. */
  public List<Member> members() {
    return members;
  }

  /** The ids of the members, in the order in which they joined. */
  public List<NodeId> memberIds() {
    return memberIds;
  }

  /** The ids of the members whose agreement counts, in the order in which they joined. */
  public List<NodeId> voterIds() {
    return voterIds;
  }

  /** The voters of the agreed table before this one, whose agreement this one needs. */
  public List<NodeId> base() {
    return base;
  }

  /** The number of buckets. */
  public int bucketCount() {
    return buckets.size();
  }

  /** The bucket {@code number}, from 0. */
  public Bucket bucket(int number) {
    return buckets.get(number);
  }

  /** The buckets, by number. */
  public List<Bucket> buckets() {
    return buckets;
  }

  /** The member {@code id}, or null. */
  public @Nullable Member member(NodeId id) {
    for (Member member : members) {
      if (member.id().equals(id)) {
        return member;
      }
    }
    return null;
  }

  /**
   * The member that leaves and may keep open connections of the buckets that it hands over (PDP-1),
   * or null. It is one at a time, so that it is known where to look for a connection.
   */
  public @Nullable NodeId stayer() {
    return stayer;
  }

  private static @Nullable NodeId stayer(List<Member> members) {
    for (Member member : members) {
      if (member.role() == Member.Role.STAYING) {
        return member.id();
      }
    }
    return null;
  }

  /**
   * The node with which connections of {@code bucket} may stay; null if there is none. While the
   * bucket is handed over it may be gone.
   */
  public @Nullable NodeId stayer(int bucket) {
    return bucket(bucket).stayer(stayer);
  }

  /** Whether {@code id} is a member. */
  public boolean isMember(NodeId id) {
    return memberIds.contains(id);
  }

  /** Whether this table names a voter that the one before it did not. */
  public boolean isJoin() {
    return voterIds.stream().anyMatch(voter -> !base.contains(voter));
  }

  /**
   * The same table as another coordinator proposes it.
   *
   * @param agreed whether this table is known to be agreed on; if not, the new one needs the same
   *     agreement as this one
   */
  public AllocationTable under(Version other, boolean agreed) {
    List<NodeId> needed = agreed ? voterIds() : base;
    return new AllocationTable(founder, secret, other, members, needed, buckets, nextNumber);
  }

  /** The number of the next node that joins. */
  public int nextNumber() {
    return nextNumber;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AllocationTable table
        && founder.equals(table.founder)
        && secret.equals(table.secret)
        && version.equals(table.version)
        && members.equals(table.members)
        && buckets.equals(table.buckets);
  }

  @Override
  public int hashCode() {
    return Objects.hash(version, members);
  }

  @Override
  public String toString() {
    return version + " " + memberIds();
  }
}
