package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;

/**
 * A member of the cluster.
 *
 * @param number small, unique among the members, part of the epochs that this member gives as
 *     coordinator
 */
public record Member(NodeId id, int number, Role role) {

  /** What a member may be given. */
  public enum Role {
    /** Buckets and replicas. */
    ACTIVE,
    /** Nothing new; it hands its buckets over one after the other. */
    DRAINING,
    /**
     * Nothing new; it hands its buckets over and keeps its open connections until they close. There
     * is one such member at a time ({@link AllocationTable#stayer}).
     */
    STAYING,
    /** Nothing: it has no ports and only takes part in decisions. */
    WITNESS,
    /**
     * Nothing: it passes packets on to the owners of their buckets, and has no part in decisions
     * (PDP-9).
     */
    DISPATCHER
  }

  /** Whether this member may get buckets and replicas. */
  public boolean isActive() {
    return role == Role.ACTIVE;
  }

  /**
   * Whether the agreement of this member counts, and it may coordinate. The loss or silence of
   * members that do not vote keeps the others from nothing.
   */
  public boolean isVoter() {
    return role != Role.DISPATCHER;
  }

  /** Whether this member is on its way out. */
  public boolean isDraining() {
    return role == Role.DRAINING || role == Role.STAYING;
  }

  Member as(Role other) {
    return new Member(id, number, other);
  }
}
