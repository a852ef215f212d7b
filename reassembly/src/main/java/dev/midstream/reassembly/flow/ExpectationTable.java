package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Connections that agents expect, each until it is opened once or expires. Bounded: when full, the
 * oldest is evicted. All engines hold the same expectations. Essential state of an engine.
 */
public final class ExpectationTable {
  private static final int MAX_EXPECTATIONS = 1024;
  private static final long LIFE_NANOS = 60_000_000_000L;

  private record Waiting(ExpectedConnection expected, long endNanos) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private final ConnectionRouter router;

  public ExpectationTable(ConnectionRouter router) {
    this.router = router;
  }

  /**
   * Expects a connection between the ends of {@code parent}, which {@code rule} will decide.
   *
   * @return whether all other engines accepted the expectation
   */
  public boolean add(Connection parent, Expectation expectation, Rule rule, long nowNanos) {
    ExpectedConnection expected = ExpectedConnection.of(parent, expectation, rule);
    add(expected, nowNanos);
    return router.expect(expected);
  }

  /** Adds an expectation of another engine. */
  public void add(ExpectedConnection expected, long nowNanos) {
    if (waiting.size() == MAX_EXPECTATIONS) {
      waiting.removeFirst();
    }
    waiting.addLast(new Waiting(expected, nowNanos + LIFE_NANOS));
  }

  /** Removes an expectation that was fulfilled; of equal ones the newest, which has not expired. */
  public void remove(ExpectedConnection expected) {
    for (Iterator<Waiting> all = waiting.descendingIterator(); all.hasNext(); ) {
      if (all.next().expected().equals(expected)) {
        all.remove();
        return;
      }
    }
  }

  /** Forgets all expectations. */
  public void clear() {
    waiting.clear();
  }

  /** Removes the expectation that a SYN fulfils and returns its rule; null if there is none. */
  public @Nullable Rule take(FrameView view, long nowNanos) {
    if (!waiting.isEmpty()) {
      waiting.removeIf(one -> one.endNanos() <= nowNanos);
    }
    ExpectedConnection expected = find(view, nowNanos);
    if (expected == null) {
      return null;
    }
    remove(expected);
    router.fulfilled(expected);
    return expected.rule();
  }

  /** The rule of the expectation that a SYN would fulfil; null if there is none. */
  public @Nullable Rule peek(FrameView view, long nowNanos) {
    ExpectedConnection expected = find(view, nowNanos);
    return expected == null ? null : expected.rule();
  }

  private @Nullable ExpectedConnection find(FrameView view, long nowNanos) {
    for (Waiting one : waiting) {
      if (one.endNanos() > nowNanos && one.expected().isOpenedBy(view)) {
        return one.expected();
      }
    }
    return null;
  }
}
