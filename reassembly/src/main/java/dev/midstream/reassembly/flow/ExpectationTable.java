package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Connections that agents wait for, each until it is opened once or its time is over. Bounded: when
 * full, the oldest gives way. All owners of connections wait for the same ones.
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
   * Waits for a connection between the ends of {@code parent}, which {@code rule} will decide.
   *
   * @return whether all owners could be told
   */
  public boolean add(Connection parent, Expectation expectation, Rule rule, long nowNanos) {
    ExpectedConnection expected = ExpectedConnection.of(parent, expectation, rule);
    add(expected, nowNanos);
    return router.expect(expected);
  }

  /** Waits for what another owner expects. */
  public void add(ExpectedConnection expected, long nowNanos) {
    if (waiting.size() == MAX_EXPECTATIONS) {
      waiting.removeFirst();
    }
    waiting.addLast(new Waiting(expected, nowNanos + LIFE_NANOS));
  }

  /** Waits no more for what another owner has seen. */
  public void remove(ExpectedConnection expected) {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      if (all.next().expected().equals(expected)) {
        all.remove();
        return;
      }
    }
  }

  /** Takes the rule of the connection that a SYN opens; null if nobody waits for it. */
  public @Nullable Rule take(FrameView view, long nowNanos) {
    ExpectedConnection expected = find(view, nowNanos);
    if (expected == null) {
      return null;
    }
    remove(expected);
    router.fulfilled(expected);
    return expected.rule();
  }

  /** The same without taking it. */
  public @Nullable Rule peek(FrameView view, long nowNanos) {
    ExpectedConnection expected = find(view, nowNanos);
    return expected == null ? null : expected.rule();
  }

  private @Nullable ExpectedConnection find(FrameView view, long nowNanos) {
    if (waiting.isEmpty()) {
      return null;
    }
    waiting.removeIf(one -> one.endNanos() <= nowNanos);
    for (Waiting one : waiting) {
      if (one.expected().isOpenedBy(view)) {
        return one.expected();
      }
    }
    return null;
  }
}
