package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.worlds.plan.WholeStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The octets that pass undecided because their sender is silent. They pass once the calls are over
 * that the one of the silence causes: an agent whose state changes may be shown them again before.
 */
final class SilentPasses {
  private static final long NONE = -1;

  private final long[] decided;
  private final long[] passed = new long[2];
  private final long[] starts = {NONE, NONE};
  private final @Nullable Runnable[] before = new @Nullable Runnable[2];
  private int count;

  /** No passes of streams that are decided up to {@code decided}. */
  SilentPasses(long[] decided) {
    this.decided = decided;
  }

  /**
   * Goes back to before a pass if its octets are shown again.
   *
   * @return whether they are
   */
  boolean isShownAgain(Direction direction, OctetView view) {
    int index = WatchedAgent.index(direction);
    Runnable back = before[index];
    boolean again = back != null && view.start() == starts[index];
    if (again && back != null) {
      back.run();
      decided[index] = view.start();
    }
    before[index] = null;
    return again;
  }

  /** What is left of {@code view} passes. */
  void pass(Direction direction, OctetView view, WholeStream stream) {
    int index = WatchedAgent.index(direction);
    long end = view.start() + view.length();
    before[index] = stream.memento();
    starts[index] = decided[index];
    stream.pass(decided[index], end);
    decided[index] = end;
    passed[index] = end;
    count += view.flush() ? 1 : 0;
  }

  /** How often octets passed. */
  int count() {
    return count;
  }

  /** The end of the octets that passed last; 0 if none did. */
  long end(Direction direction) {
    return passed[WatchedAgent.index(direction)];
  }

  /** To go back to what passed until now. */
  Runnable memento() {
    long[] passedThen = passed.clone();
    return () -> {
      System.arraycopy(passedThen, 0, passed, 0, passed.length);
      Arrays.fill(before, null);
    };
  }
}
