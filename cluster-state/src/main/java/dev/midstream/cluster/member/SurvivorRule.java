package dev.midstream.cluster.member;

import java.util.List;
import java.util.function.Predicate;

/**
 * Which part of a cluster may go on when its members cannot all see each other.
 *
 * <p>All methods are pure and may be called by any thread.
 */
public final class SurvivorRule {
  /*
   * Two parts must never go on at once. Any two majorities have a member in common. A part that
   * goes on by proof has every member that is not proved dead, so it has all members of any other
   * part that still live. The third way, for two members only, is decided by the caller: it is the
   * one in which trust in the interfaces takes the place of a common member.
   */
  private SurvivorRule() {}

  /** Why a part may go on. */
  public enum Standing {
    /** It has a strict majority of the members. */
    MAJORITY,
    /** Every other member is proved dead. */
    PROOF,
    /** One of two members; the other one is outlived by the rule for pairs. */
    PAIR,
    /** It may not go on. */
    NONE;

    /** Whether the part may go on. */
    public boolean suffices() {
      return this != NONE;
    }

    /** The weaker of two standings, where both are needed. */
    public Standing and(Standing other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /**
   * The standing of the members that are {@code present}.
   *
   * @param members the members that were agreed on last, a witness included
   * @param isDead whether a member is proved dead, with a proof that counts
   * @param isOutlived whether the other one of two members is outlived
   */
  public static Standing of(
      List<NodeId> members,
      Predicate<NodeId> present,
      Predicate<NodeId> isDead,
      Predicate<NodeId> isOutlived) {
    NodeId absent = null;
    int others = 0;
    boolean areAllDead = true;
    for (NodeId member : members) {
      if (present.test(member)) {
        others++;
      } else {
        absent = member;
        areAllDead &= isDead.test(member);
      }
    }
    if (2 * others > members.size()) {
      return Standing.MAJORITY;
    }
    if (others > 0 && areAllDead) {
      return Standing.PROOF;
    }
    boolean isPair = absent != null && members.size() == 2 && others == 1;
    return isPair && isOutlived.test(absent) ? Standing.PAIR : Standing.NONE;
  }
}
