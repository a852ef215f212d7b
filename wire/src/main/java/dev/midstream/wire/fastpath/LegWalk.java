package dev.midstream.wire.fastpath;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/**
 * Goes through a map in parts, and leads its entries to the interfaces that are there. Entries may
 * come and go meanwhile; each that stays in the map is visited, some of them twice.
 */
final class LegWalk {
  /*
   * The kernel goes on from a key only if that is in the map, and from the first one otherwise. So
   * the newest visited keys are kept: the next part goes on from the last of them that stayed. If
   * none did, the walk begins anew. An entry that is set moves to the front of those with the same
   * hash, so that the others are visited again.
   */
  private static final int MOST_KEPT = 1_024;

  private final FlowMap map;
  private final Predicate<FlowEntry> isToLead;
  private final Object lock;
  private final Deque<FlowKey> kept = new ArrayDeque<>();

  /**
   * Goes through {@code map}.
   *
   * @param isToLead tells the entries that are to be led
   * @param lock of those that change such entries
   */
  LegWalk(FlowMap map, Predicate<FlowEntry> isToLead, Object lock) {
    this.map = map;
    this.isToLead = isToLead;
    this.lock = lock;
  }

  /**
   * Visits the next {@code most} entries.
   *
   * @return how many were visited; fewer if none is left
   */
  int lead(LegMoves moves, int most) {
    try (Arena arena = Arena.ofConfined()) {
      Part part = new Part(arena, moves);
      int visited = 0;
      boolean isKnown = part.resume();
      while (visited < most && map.next(isKnown ? part.before : null, part.key)) {
        if (part.lead()) {
          isKnown = true;
          part.before.memory().copyFrom(part.key.memory());
          keep(part.key);
        }
        visited++;
      }
      return visited;
    }
  }

  private void keep(FlowKey key) {
    FlowKey copy = Orphans.newKey();
    copy.memory().copyFrom(key.memory());
    kept.addLast(copy);
    if (kept.size() > MOST_KEPT) {
      kept.removeFirst();
    }
  }

  /** What a part of the walk works with, in memory that system calls take. */
  private final class Part {
    private final LegMoves moves;
    private final FlowKey before;
    private final FlowKey key;
    private final FlowKey opposite;
    private final FlowEntry entry;
    private final FlowEntry other;

    private Part(Arena arena, LegMoves moves) {
      this.moves = moves;
      before = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      key = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
    }

    /** Sets the key from which to go on; false if there is none. */
    private boolean resume() {
      while (!kept.isEmpty()) {
        before.memory().copyFrom(kept.getLast().memory());
        if (map.find(before, entry)) {
          return true;
        }
        kept.removeLast();
      }
      return false;
    }

    /** Returns false if the entry has gone. */
    private boolean lead() {
      synchronized (lock) {
        boolean isFound = map.find(key, entry);
        if (isFound && isToLead.test(entry) && !moves.isLed(entry)) {
          boolean isWhole = map.find(opposite.setOpposite(key), other);
          if (moves.lead(entry, isWhole ? other.index() : 0)) {
            boolean ignored = map.replace(key, entry);
          }
        }
        return isFound;
      }
    }
  }
}
