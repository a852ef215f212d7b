package dev.midstream.wire.fastpath;

import dev.midstream.wire.packet.Leg;
import java.util.HashMap;
import java.util.Map;

/**
 * Leads entries and guards to the two interfaces that are there, if one came back with another
 * index: what leads to an index that is gone is dropped by the kernel. Immutable.
 */
final class LegMoves {
  /** Leaves all as it is. */
  static final LegMoves UNKNOWN = new LegMoves(Legs.UNKNOWN, Map.of());

  private final Legs legs;
  private final Map<Integer, Leg> earlier;

  private LegMoves(Legs legs, Map<Integer, Leg> earlier) {
    this.legs = legs;
    this.earlier = earlier;
  }

  /** Leads to {@code legs}, from whatever interfaces; leaves all as it is if they are unknown. */
  static LegMoves to(Legs legs) {
    return new LegMoves(legs, Map.of());
  }

  /** The same to other interfaces, in place of those to which these lead. */
  LegMoves then(Legs next) {
    Map<Integer, Leg> known = new HashMap<>(earlier);
    known.put(legs.inside(), Leg.INSIDE);
    known.put(legs.outside(), Leg.OUTSIDE);
    return new LegMoves(next, known);
  }

  Legs legs() {
    return legs;
  }

  /** Whether {@code entry} leads to an interface that is there, or it cannot be told. */
  boolean isLed(FlowEntry entry) {
    return !legs.areKnown() || legs.has(entry.index());
  }

  /**
   * Leads {@code entry}, if it is not led, and it can be told where.
   *
   * @param opposite the index to which the other direction leads; 0 if unknown
   * @return whether the entry was changed
   */
  boolean lead(FlowEntry entry, int opposite) {
    int index = isLed(entry) ? 0 : indexFor(entry.index(), opposite);
    if (index != 0) {
      entry.index(index);
    }
    return index != 0;
  }

  /** Where a direction leaves by now; 0 if it cannot be told, also not from the other direction. */
  private int indexFor(int index, int opposite) {
    int own = now(index);
    int other = now(opposite);
    return own != 0 ? own : legs.other(other != 0 ? other : opposite);
  }

  /** The interface of the leg that was {@code index} before; 0 if none was. */
  private int now(int index) {
    Leg leg = index == 0 ? null : earlier.get(index);
    return leg == null ? 0 : leg == Leg.INSIDE ? legs.inside() : legs.outside();
  }
}
