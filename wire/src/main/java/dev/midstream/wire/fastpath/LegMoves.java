package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.util.function.Predicate;

/**
 * Leads entries and guards to the two interfaces that are there, if one came back with another
 * index: what leads to an index that is gone is dropped by the kernel.
 */
final class LegMoves {
  private final BpfRequest request;
  private final Legs legs;
  private final Legs earlier;

  /**
   * Leads them to {@code legs}; leaves them as they are if those are unknown.
   *
   * @param earlier the legs before, if they are known
   */
  LegMoves(BpfRequest request, Legs legs, Legs earlier) {
    this.request = request;
    this.legs = legs;
    this.earlier = earlier;
  }

  /** Leads what is in {@code map}, which no engine uses, as far as it can be told where. */
  void lead(int map) {
    lead(map, _ -> true, this);
  }

  /** Leads entries of connections that no engine has. */
  void leadAdopted(int flows) {
    lead(flows, FlowEntry::isAdopted, this);
  }

  /** Leads guards. Engines change them only with {@code lock}. */
  void leadGuards(int guards, Object lock) {
    lead(guards, FlowEntry::isShifted, lock);
  }

  private void lead(int map, Predicate<FlowEntry> isToLead, Object lock) {
    if (!legs.areKnown()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowEntry other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowKey opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      for (FlowKey key : MapKeys.ofFlows(request, arena, map)) {
        synchronized (lock) {
          if (find(map, key, entry) && isToLead.test(entry) && !legs.has(entry.index())) {
            boolean isWhole = find(map, opposite.setOpposite(key), other);
            int index = indexFor(entry.index(), isWhole ? other.index() : 0);
            if (index != 0) {
              int ignored = request.put(map, key.memory(), entry.index(index).memory());
            }
          }
        }
      }
    }
  }

  private boolean find(int map, FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  /** Where a direction leaves by now; 0 if it cannot be told, also not from the other direction. */
  private int indexFor(int index, int opposite) {
    int own = legs.at(earlier, index);
    int other = legs.at(earlier, opposite);
    return own != 0 ? own : legs.other(other != 0 ? other : opposite);
  }

  /** Whether {@code entry} leads to an interface that is there, or it cannot be told. */
  boolean isLed(FlowEntry entry) {
    return !legs.areKnown() || legs.has(entry.index());
  }
}
