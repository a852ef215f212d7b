package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;

/** A reset because of an agent, of which only an engine knew that died. */
final class LostReset {
  private final long[] decided = new long[Direction.BOTH.size()];
  private boolean left;

  /** Notes what the agent had decided when it reset, {@code decidedBytes} of each direction. */
  void noteForgotten(long[] decidedBytes) {
    System.arraycopy(decidedBytes, 0, decided, 0, decided.length);
  }

  /** Notes that the reset left, and that another engine goes on which does not know of it. */
  void noteLeft() {
    left = true;
  }

  /** Whether the reset left. */
  boolean hasLeft() {
    return left;
  }

  /** The octets of {@code direction} that were decided before the reset; 0 without one. */
  long decided(Direction direction) {
    return decided[WatchedAgent.index(direction)];
  }
}
