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
 * again. The earlier interfaces are known until all are led. After a silence {@link Adoption#adopt}
 * leads all that are left; a process that dies before leaves to the next one what both of its
 * interfaces have left, and that one, which does not know them, resets it.
 *
 * <p>Belongs to the thread of the program.
 */
final class Leading {
  private final Deque<LegWalk> walks = new ArrayDeque<>();
  private LegMoves moves = LegMoves.UNKNOWN;

  /**
   * Notes that {@code legs} are there now.
   *
   * @param all through all that may lead to those before
   */
  void follow(Legs legs, List<LegWalk> all) {
    LegMoves before = walks.isEmpty() ? LegMoves.to(moves.legs()) : moves;
    walks.clear();
    if (moves.legs().areKnown()) {
      moves = before.then(legs);
      walks.addAll(all);
    } else {
      moves = LegMoves.to(legs);
    }
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
