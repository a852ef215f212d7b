package dev.midstream.modcmd.map;

import dev.midstream.agent.Octets;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/**
 * Checks of the invariants of one direction. Each check takes plain numbers or functions and
 * returns the violated invariants; the set is empty if all hold.
 *
 * <p>For tests and for an engine that checks itself; not for the packet path.
 */
public final class Invariants {
  private Invariants() {}

  /**
   * The functions of a mapping.
   *
   * @param before original to new position
   * @param acknowledgement new position to acknowledged original position
   * @param isCut whether an original position is not strictly inside a command
   */
  public record Mapping(
      LongUnaryOperator before, LongUnaryOperator acknowledgement, LongPredicate isCut) {
    /** The functions of {@code map}. */
    public static Mapping of(OffsetMap map) {
      return new Mapping(map::before, map::acknowledgement, map::isCut);
    }
  }

  /**
   * Checks a mapping at every original position in [orgStart, orgEnd] and at every new position
   * between.
   */
  public static Set<Invariant> ofMapping(Mapping mapping, long orgStart, long orgEnd) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    for (long p = orgStart; p <= orgEnd; p++) {
      checkOrg(mapping, p, p > orgStart, violated);
    }
    long newStart = mapping.before.applyAsLong(orgStart);
    long newEnd = mapping.before.applyAsLong(orgEnd);
    for (long a = newStart; a <= newEnd; a++) {
      checkNew(mapping, a, a > newStart, violated);
    }
    return violated;
  }

  /** Checks a block [newLeft, newRight) that was reported as the original [orgLeft, orgRight). */
  public static Set<Invariant> ofSack(
      Mapping mapping, long newLeft, long newRight, long orgLeft, long orgRight) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    boolean edgesAreCuts = mapping.isCut.test(orgLeft) && mapping.isCut.test(orgRight);
    boolean covered =
        mapping.before.applyAsLong(orgLeft) >= newLeft
            && mapping.before.applyAsLong(orgRight) <= newRight;
    require(edgesAreCuts && covered, Invariant.SACK_IS_HONEST, violated);
    return violated;
  }

  /**
   * Checks that folding moved nothing above {@code base}; {@code earlier[i]} was the new position
   * of {@code orgStart + i}. The base, and positions inside an edit that starts there, may move
   * forward. Positions below the base are not compared.
   */
  public static Set<Invariant> ofFolding(
      Mapping mapping, long base, long orgStart, long[] earlier) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    for (int i = Math.clamp(base - orgStart, 0, earlier.length); i < earlier.length; i++) {
      long now = mapping.before.applyAsLong(orgStart + i);
      boolean isRight = now == earlier[i];
      if (now > earlier[i]) {
        boolean isInside = !mapping.isCut.test(orgStart + i);
        isRight = orgStart + i == base || (isInside && now == mapping.before.applyAsLong(base));
      }
      require(isRight, Invariant.FOLDING_MOVES_NOTHING, violated);
    }
    return violated;
  }

  /** Checks that two runs of the new stream have the same octets where they overlap. */
  public static Set<Invariant> ofOutput(
      long earlierStart, Octets earlier, long laterStart, Octets later) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    long start = Math.max(earlierStart, laterStart);
    long end = Math.min(earlierStart + earlier.length(), laterStart + later.length());
    for (long at = start; at < end; at++) {
      boolean same = earlier.at((int) (at - earlierStart)) == later.at((int) (at - laterStart));
      require(same, Invariant.OUTPUT_IS_STABLE, violated);
    }
    return violated;
  }

  /** Checks one state. */
  public static Set<Invariant> ofState(StreamState state) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    long covered = Math.max(state.orgAcked(), state.orgCustody());
    long waiting = state.newEnd() - state.newReleased();
    long allowed = state.waitingLimit() + state.batchLength();
    require(state.orgAckAdvertised() <= covered, Invariant.ADVERTISED_ACK_IS_COVERED, violated);
    require(state.orgCustody() <= state.orgHeld(), Invariant.CUSTODY_IS_HELD, violated);
    require(
        state.orgCustody() <= state.orgEdgeAdvertised(), Invariant.CUSTODY_WITHIN_EDGE, violated);
    require(state.newReleased() <= state.newEnd(), Invariant.RELEASED_IS_DECIDED, violated);
    require(
        state.newReleased() <= state.newRight(), Invariant.RELEASED_WITHIN_RIGHT_EDGE, violated);
    require(waiting <= allowed, Invariant.WAITING_IS_BOUNDED, violated);
    return violated;
  }

  /** Checks two states, one after the other. */
  public static Set<Invariant> ofStep(StreamState earlier, StreamState later) {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    require(
        later.orgEdgeAdvertised() >= earlier.orgEdgeAdvertised(),
        Invariant.EDGE_NEVER_LEFT,
        violated);
    require(
        later.orgAckAdvertised() >= earlier.orgAckAdvertised(),
        Invariant.ADVERTISED_ACK_NEVER_FALLS,
        violated);
    require(later.newReleased() >= earlier.newReleased(), Invariant.RELEASED_NEVER_FALLS, violated);
    require(later.orgDecided() >= earlier.orgDecided(), Invariant.DECIDED_NEVER_FALLS, violated);
    return violated;
  }

  private static void checkOrg(
      Mapping mapping, long position, boolean hasLower, Set<Invariant> violated) {
    long mapped = mapping.before.applyAsLong(position);
    if (hasLower) {
      long lower = mapping.before.applyAsLong(position - 1);
      require(lower <= mapped, Invariant.BEFORE_NEVER_FALLS, violated);
    }
    if (mapping.isCut.test(position)) {
      long back = mapping.acknowledgement.applyAsLong(mapped);
      require(back >= position, Invariant.ACKNOWLEDGEMENT_REACHES_CUT, violated);
    }
  }

  private static void checkNew(
      Mapping mapping, long position, boolean hasLower, Set<Invariant> violated) {
    long mapped = mapping.acknowledgement.applyAsLong(position);
    if (hasLower) {
      long lower = mapping.acknowledgement.applyAsLong(position - 1);
      require(lower <= mapped, Invariant.ACKNOWLEDGEMENT_NEVER_FALLS, violated);
    }
    long back = mapping.before.applyAsLong(mapped);
    require(back <= position, Invariant.ACKNOWLEDGEMENT_IS_HONEST, violated);
  }

  private static void require(boolean holds, Invariant invariant, Set<Invariant> violated) {
    if (!holds) {
      violated.add(invariant);
    }
  }
}
