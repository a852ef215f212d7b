package dev.midstream.cluster.member;

/**
 * Which of two clusters goes on when they meet: the one with more members, then the one whose
 * coordinator has the lower address (LD-3).
 */
public final class MergeRule {
  private MergeRule() {}

  /** Whether the cluster of {@code own} with {@code ownMembers} members must give way. */
  public static boolean givesWay(
      int ownMembers, NodeAddress own, int otherMembers, NodeAddress other) {
    return ownMembers != otherMembers ? ownMembers < otherMembers : own.compareTo(other) > 0;
  }
}
