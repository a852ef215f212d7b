package dev.midstream.reassembly.flow;

import dev.midstream.agent.Expectation;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
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

  /** One expectation. Equal ones are different objects. */
  private static final class Waiting {
    private final ExpectedConnection expected;
    private final long endNanos;

    Waiting(ExpectedConnection expected, long endNanos) {
      this.expected = expected;
      this.endNanos = endNanos;
    }
  }

  /** All expectations, the oldest first. */
  private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>(0);

  /** The same by the first segment that fulfils them, so that a SYN looks at its own only. */
  private final Map<ExpectedConnection.Opening, ArrayDeque<Waiting>> byOpening = new HashMap<>();

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
    Waiting added = new Waiting(expected, nowNanos + LIFE_NANOS);
    waiting.add(added);
    byOpening.computeIfAbsent(expected.opening(), _ -> new ArrayDeque<>(1)).addLast(added);
    counts.merge(expected.client(), 1, Integer::sum);
  }

  /** Removes an expectation that was fulfilled; of equal ones the newest, which has not expired. */
  public void remove(ExpectedConnection expected) {
    ArrayDeque<Waiting> same = byOpening.get(expected.opening());
    Iterator<Waiting> newestFirst =
        same == null ? Collections.emptyIterator() : same.descendingIterator();
    while (newestFirst.hasNext()) {
      Waiting one = newestFirst.next();
      if (one.expected.equals(expected)) {
        remove(one);
        return;
      }
    }
  }

  /** Forgets all expectations. */
  public void clear() {
    waiting.clear();
    byOpening.clear();
    counts.clear();
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
    if (waiting.isEmpty()) {
      return null;
    }
    ArrayDeque<Waiting> same = byOpening.get(ExpectedConnection.Opening.of(view));
    Waiting newest = same == null ? null : same.peekLast();
    return newest != null && newest.endNanos > nowNanos ? newest.expected : null;
  }

  /** Removes what has expired, which is what was added first. Returns how many remain. */
  private int expire(long nowNanos) {
    while (!waiting.isEmpty() && waiting.getFirst().endNanos <= nowNanos) {
      remove(waiting.getFirst());
    }
    return waiting.size();
  }

  /** Removes the oldest expectation of the clients that have most. */
  private void evict() {
    int most = Collections.max(counts.values());
    for (Waiting one : waiting) {
      if (counts.getOrDefault(one.expected.client(), 0) == most) {
        remove(one);
        return;
      }
    }
  }

  private void remove(Waiting one) {
    waiting.remove(one);
    byOpening.computeIfPresent(
        one.expected.opening(), (_, same) -> same.remove(one) && same.isEmpty() ? null : same);
    counts.computeIfPresent(one.expected.client(), (_, count) -> count == 1 ? null : count - 1);
  }
}
