package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections that agents expect, each until it is opened once or expires. Bounded: when full, the
 * client that expects most loses its oldest one, so that no client can push out those of the
 * others. All engines hold the same expectations. Essential state of an engine.
 */
public final class ExpectationTable {
  static final int MAX_EXPECTATIONS = 1_024;
  private static final long LIFE_NANOS = 60_000_000_000L;

  private record Waiting(ExpectedConnection expected, long endNanos) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private final Map<ExpectedConnection.Client, Integer> counts = new HashMap<>();
  private final ConnectionRouter router;
  private final Counters counters;

  public ExpectationTable(ConnectionRouter router, Counters counters) {
    this.router = router;
    this.counters = counters;
  }

  /**
   * Expects a connection between the ends of {@code parent}, which {@code rule} will decide. Counts
   * one that is evicted for it.
   *
   * @return whether all other engines accepted the expectation
   */
  public boolean add(Connection parent, Expectation expectation, Rule rule, long nowNanos) {
    ExpectedConnection expected = ExpectedConnection.of(parent, expectation, rule);
    if (expire(nowNanos) == MAX_EXPECTATIONS) {
      counters.count(Reason.EXPECTATION_LIMIT);
    }
    add(expected, nowNanos);
    return router.expect(expected);
  }

  /** Adds an expectation of another engine, which has counted what is evicted. */
  public void add(ExpectedConnection expected, long nowNanos) {
    if (expire(nowNanos) == MAX_EXPECTATIONS) {
      evict();
    }
    waiting.addLast(new Waiting(expected, nowNanos + LIFE_NANOS));
    counts.merge(expected.client(), 1, Integer::sum);
  }

  /** Removes an expectation that was fulfilled; of equal ones the newest, which has not expired. */
  public void remove(ExpectedConnection expected) {
    for (Iterator<Waiting> all = waiting.descendingIterator(); all.hasNext(); ) {
      if (all.next().expected().equals(expected)) {
        all.remove();
        countRemoved(expected);
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
    int ignored = expire(nowNanos);
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

  /** Removes what has expired, which is what was added first. Returns how many remain. */
  private int expire(long nowNanos) {
    while (!waiting.isEmpty() && waiting.getFirst().endNanos() <= nowNanos) {
      countRemoved(waiting.removeFirst().expected());
    }
    return waiting.size();
  }

  /** Removes the oldest expectation of the clients that have most. */
  private void evict() {
    int most = Collections.max(counts.values());
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      ExpectedConnection expected = all.next().expected();
      if (counts.getOrDefault(expected.client(), 0) == most) {
        all.remove();
        countRemoved(expected);
        return;
      }
    }
  }

  private void countRemoved(ExpectedConnection expected) {
    counts.computeIfPresent(expected.client(), (_, count) -> count == 1 ? null : count - 1);
  }
}
