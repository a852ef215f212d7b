package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Which end of a connection its agent has reset, and not the other one. The reset leaves once it is
 * in a record: the end that got it sends nothing again, so that no agent could decide it again.
 */
final class AbortedEnd {
  /** What {@link #number} is at most. */
  static final int LAST_NUMBER = 4;

  private @Nullable Direction wanted;
  private @Nullable Direction towards;

  /** Requests a reset of the receiver of {@code direction}. */
  void want(Direction direction) {
    wanted = direction;
  }

  /** The direction whose receiver is to be reset; usually null. */
  @Nullable Direction wanted() {
    return wanted;
  }

  /** Notes that the receiver of {@code direction} was reset. */
  void note(Direction direction) {
    towards = direction;
    wanted = null;
  }

  /** The direction whose receiver was reset; usually null. */
  @Nullable Direction towards() {
    return towards;
  }

  /** All of this as a number. */
  int number() {
    return towards != null ? number(towards) : wanted == null ? 0 : 2 + number(wanted);
  }

  private static int number(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? 1 : 2;
  }

  /** Reads what {@link #number} said. */
  void read(int number) {
    Direction direction = number % 2 == 1 ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    if (number > 2) {
      want(direction);
    } else if (number > 0) {
      note(direction);
    }
  }
}
