package dev.midstream.wire.fastpath;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Leads adopted entries, and guards, to interfaces that came back, a part of them at a time: with
 * millions of them a sign of life would come too late otherwise.
 *
 * <p>Until one is led the kernel drops what it would let pass, as it does since its interface has
 * gone: no other interface gets that index. So nothing passes with wrong numbers, and ends send
 * again. The earlier interfaces are known until an interface comes back after all are led. After a
 * silence {@link Adoption#adopt} leads all that are left. If the process dies before, the next one
 * does not know the earlier interfaces: it resets a connection if it finds neither of its own.
 *
 * <p>Belongs to the thread of the program, but for {@link #lead(FlowEntry)}.
 */
final class Leading {
  private final Object tableLock;
  private final Deque<LegWalk> walks = new ArrayDeque<>();

  /** Changed with the lock: a guard that is set before is found by the walk, one after is led. */
  private LegMoves moves = LegMoves.UNKNOWN;

  /** Leads guards, which engines change only with {@code tableLock}. */
  Leading(Object tableLock) {
    this.tableLock = tableLock;
  }

  /**
   * Notes that {@code legs} are there now.
   *
   * @param all through all that may lead to those before
   */
  void follow(Legs legs, List<LegWalk> all) {
    LegMoves before = walks.isEmpty() ? LegMoves.to(moves.legs()) : moves;
    boolean isFirst = !moves.legs().areKnown();
    synchronized (tableLock) {
      moves = isFirst ? LegMoves.to(legs) : before.then(legs);
    }
    walks.clear();
    walks.addAll(isFirst ? List.of() : all);
  }

  /**
   * Leads a guard that an engine sets, with the lock: an interface may have come back since it was
   * begun.
   */
  void lead(FlowEntry guard) {
    boolean ignored = moves.lead(guard, 0);
  }

  /** What is known of where entries and guards lead. */
  LegMoves moves() {
    return moves;
  }

  /** Whether some may be left. */
  boolean isOn() {
    return !walks.isEmpty();
  }

  /** Visits the next {@code most} of them; returns whether some may be left. */
  boolean lead(int most) {
    int left = most;
    while (left > 0 && !walks.isEmpty()) {
      int visited = walks.getFirst().lead(moves, left);
      if (visited < left) {
        walks.removeFirst();
      }
      left -= visited;
    }
    return isOn();
  }
}
