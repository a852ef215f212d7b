package dev.midstream.reassembly.flow;

import dev.midstream.agent.Expectation;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectedConnection.Client;
import dev.midstream.reassembly.flow.ExpectedConnection.FirstSegment;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections that agents expect, each expectation until all its connections were opened, its time
 * is over, its agent withdraws it, or the connection that announced it ends. Bounded: a connection
 * that expects too many loses its oldest one. When the table is full, the client that expects most
 * loses its oldest one, so that no client can push out those of the others. All engines hold the
 * same expectations. Essential state of an engine.
 */
public final class ExpectationTable {

  /** One expectation. */
  private static final class Waiting {
    private final ExpectedConnection expected;
    private final boolean isOwn;
    private final long endNanos;
    private int opened;
    private int unrecorded;
    private boolean isLogged;

    /** Of this engine's connection, or of another's; it expires at {@code endNanos}. */
    Waiting(ExpectedConnection expected, boolean isOwn, long endNanos) {
      this.expected = expected;
      this.isOwn = isOwn;
      isLogged = isOwn;
      this.endNanos = endNanos;
    }
  }

  /** All expectations, the oldest first. */
  private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>(0);

  /** The same by the first segment that fulfils them, so that a SYN looks at its own only. */
  private final Map<FirstSegment, Deque<Waiting>> byFirstSegment = new HashMap<>();

  /** The same by the connection that announced them. */
  private final Map<ConnectionKey, Deque<Waiting>> byParent = new TreeMap<>(ConnectionKey.BY_ENDS);

  /** Those of this engine, by the ends of connections that fulfilled them and are in no record. */
  private final Map<ConnectionKey, Waiting> unrecorded = new TreeMap<>(ConnectionKey.BY_ENDS);

  private final Map<Client, Integer> counts = new HashMap<>();
  private final ExpectationLimits limits;
  private final ConnectionRouter router;
  private final ExpectationLog log;
  private final Counters counters;

  /** An empty table that announces what it gets to {@code router} and {@code log}. */
  public ExpectationTable(
      ExpectationLimits limits, ConnectionRouter router, ExpectationLog log, Counters counters) {
    this.limits = limits;
    this.router = router;
    this.log = log;
    this.counters = counters;
  }

  /**
   * Adds an expectation of a connection of this engine. It replaces the one of the same place.
   *
   * @return whether all other engines accepted it
   */
  public boolean announce(ExpectedConnection expected, long nowNanos) {
    add(new Waiting(expected, true, nowNanos + limits.nanos()), nowNanos);
    log.add(expected, 0, limits.nanos());
    return router.expect(expected);
  }

  /**
   * Goes on with an expectation of an engine that died, of which {@code opened} connections were
   * opened. All other engines get it as a new one.
   *
   * @param restNanos how long it stays, if that is no longer than a new one does
   */
  public void addInherited(ExpectedConnection expected, int opened, long restNanos, long nowNanos) {
    long nanos = Math.min(restNanos, limits.nanos());
    Waiting added = new Waiting(expected, true, nowNanos + nanos);
    added.opened = opened;
    add(added, nowNanos);
    log.add(expected, opened, nanos);
    router.expect(expected);
  }

  /** Writes all expectations of this engine's connections to the log again. */
  public void logAgain(long nowNanos) {
    logTo(log, nowNanos);
  }

  /** Writes all expectations of this engine's connections to {@code other}. */
  public void logTo(ExpectationLog other, long nowNanos) {
    expire(nowNanos);
    Set<Waiting> all = new LinkedHashSet<>(waiting);
    all.addAll(unrecorded.values());
    for (Waiting one : all) {
      if (one.isLogged) {
        other.add(one.expected, one.opened - one.unrecorded, one.endNanos - nowNanos);
      }
    }
  }

  /** Shows what this engine's connections expect now, the oldest first. */
  public void showOwn(Consumer<Written> observer, long nowNanos) {
    expire(nowNanos);
    for (Waiting one : waiting) {
      if (one.isOwn) {
        observer.accept(new Written(one.expected, one.opened, one.endNanos - nowNanos));
      }
    }
  }

  /** Keeps back what may reveal the expectation that was announced last. */
  public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {
    log.holdBack(parent, toServerFrom, toClientFrom);
  }

  /** Adds an expectation of another engine, which counts what becomes of it. */
  public void add(ExpectedConnection expected, long nowNanos) {
    add(new Waiting(expected, false, nowNanos + limits.nanos()), nowNanos);
  }

  /** Adds an expectation of another engine, of which some connections may have been opened. */
  public void add(Written written, long nowNanos) {
    long nanos = Math.min(written.restNanos(), limits.nanos());
    Waiting added = new Waiting(written.expected(), false, nowNanos + nanos);
    added.opened = written.opened();
    add(added, nowNanos);
  }

  private void add(Waiting added, long nowNanos) {
    expire(nowNanos);
    ExpectedConnection expected = added.expected;
    for (Waiting met : unrecorded.values()) {
      met.isLogged &= !met.expected.isSamePlace(expected);
    }
    Waiting same = ofPlace(expected);
    Deque<Waiting> siblings = byParent.get(expected.parent());
    if (same != null) {
      remove(same);
    } else if (siblings != null && siblings.size() >= limits.perConnection()) {
      evict(siblings.getFirst());
    } else if (waiting.size() >= limits.total()) {
      evict(oldestOfMost());
    }
    addInOrder(added);
    byFirstSegment
        .computeIfAbsent(expected.firstSegment(), _ -> new ArrayDeque<>(1))
        .addLast(added);
    byParent.computeIfAbsent(expected.parent(), _ -> new ArrayDeque<>(1)).addLast(added);
    counts.merge(expected.client(), 1, Integer::sum);
  }

  /** Adds an expectation after those that end no later. Inherited ones may end before others. */
  private void addInOrder(Waiting added) {
    boolean isLast = waiting.isEmpty() || waiting.getLast().endNanos <= added.endNanos;
    waiting.add(added);
    if (!isLast) {
      List<Waiting> sorted = new ArrayList<>(waiting);
      sorted.sort(Comparator.comparingLong(each -> each.endNanos));
      waiting.clear();
      waiting.addAll(sorted);
    }
  }

  /** Removes what {@code parent} expects at the place of {@code expectation}, if anything. */
  public void withdraw(Connection parent, Expectation expectation) {
    for (Waiting one : ofParent(parent.key())) {
      if (one.expected.expectation().isSamePlace(expectation)) {
        removeFromLog(one);
        remove(one);
        router.withdraw(one.expected);
      }
    }
  }

  /** Removes an expectation that another engine has withdrawn. */
  public void remove(ExpectedConnection expected) {
    Waiting one = ofPlace(expected);
    if (one != null) {
      remove(one);
    }
  }

  /** Removes all expectations of {@code parent}, which is over. */
  public void endOf(Connection parent) {
    if (waiting.isEmpty()) {
      return;
    }
    for (Waiting one : ofParent(parent.key())) {
      end(one);
      router.withdraw(one.expected);
    }
  }

  /** Forgets all expectations. They stay in the log. */
  public void clear() {
    log.clear();
    waiting.clear();
    byFirstSegment.clear();
    byParent.clear();
    unrecorded.clear();
    counts.clear();
  }

  /** Notes that a SYN opens the connection of {@code key}; null if it is not expected. */
  public @Nullable Assignment take(FrameView view, ConnectionKey key, long nowNanos) {
    expire(nowNanos);
    Waiting found = find(view, false, nowNanos);
    if (found == null) {
      return null;
    }
    if (found.isOwn && unrecorded.put(key, found) == null) {
      found.unrecorded++;
    }
    noteOpened(found);
    router.opened(found.expected);
    return new Assignment(found.expected.rule(), found.expected.expectation().context(), true);
  }

  /**
   * Notes that {@code connection} may be in a record: its SYN opens no other one at another engine.
   * The log is told how many of the connections that fulfil an expectation are, and forgets it once
   * all of them are.
   */
  public void noteRecord(Connection connection, long nowNanos) {
    if (unrecorded.isEmpty() || connection.record() == null) {
      return;
    }
    Waiting one = unrecorded.remove(connection.key());
    if (one == null) {
      return;
    }
    one.unrecorded--;
    int recorded = one.opened - one.unrecorded;
    if (!one.isLogged) {
      return; // it was taken back, or another one has its place
    }
    if (recorded >= one.expected.expectation().connections()) {
      removeFromLog(one);
    } else if (one.endNanos > nowNanos) {
      log.add(one.expected, recorded, one.endNanos - nowNanos);
    }
  }

  /** Notes that an expected connection was opened at another engine. */
  public void noteOpened(ExpectedConnection expected) {
    Waiting one = ofPlace(expected);
    if (one != null) {
      noteOpened(one);
    }
  }

  /** The rule of the connection that a SYN would open; null if it is not expected. */
  public @Nullable Rule peek(FrameView view, long nowNanos) {
    Waiting found = find(view, false, nowNanos);
    return found == null ? null : found.expected.rule();
  }

  /** Whether the SYN-ACK in {@code view} answers the SYN of a connection that is expected. */
  public boolean isAnswered(FrameView view, long nowNanos) {
    return find(view, true, nowNanos) != null;
  }

  /** Removes what has expired, which is what was added first. */
  public void expire(long nowNanos) {
    while (nextEndNanos() <= nowNanos) {
      end(waiting.getFirst());
    }
    if (!unrecorded.isEmpty()) {
      unrecorded.values().removeIf(one -> one.endNanos <= nowNanos);
    }
  }

  /** When {@link #expire} is next due; {@link Long#MAX_VALUE} if nothing is expected. */
  public long nextEndNanos() {
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.getFirst().endNanos;
  }

  /** What expects the connection that {@code view} opens, or the SYN of which it answers. */
  private @Nullable Waiting find(FrameView view, boolean answers, long nowNanos) {
    if (waiting.isEmpty()) {
      return null;
    }
    FirstSegment first = answers ? FirstSegment.answeredBy(view) : FirstSegment.of(view);
    Deque<Waiting> same = byFirstSegment.get(first);
    Waiting newest = same == null ? null : same.peekLast();
    return newest != null && newest.endNanos > nowNanos ? newest : null;
  }

  private @Nullable Waiting ofPlace(ExpectedConnection expected) {
    for (Waiting one : ofParent(expected.parent())) {
      if (one.expected.isSamePlace(expected)) {
        return one;
      }
    }
    return null;
  }

  /** A copy of what a connection expects, the oldest first. */
  private List<Waiting> ofParent(ConnectionKey parent) {
    Deque<Waiting> all = byParent.get(parent);
    return all == null ? List.of() : List.copyOf(all);
  }

  private void noteOpened(Waiting one) {
    one.opened++;
    if (one.opened >= one.expected.expectation().connections()) {
      remove(one);
    }
  }

  /** The oldest expectation of the clients that have most. */
  private Waiting oldestOfMost() {
    int most = Collections.max(counts.values());
    for (Waiting one : waiting) {
      if (counts.getOrDefault(one.expected.client(), 0) == most) {
        return one;
      }
    }
    throw new IllegalStateException("no client expects so many: count=" + most);
  }

  private void evict(Waiting one) {
    count(one, Reason.EXPECTATION_LIMIT);
    removeFromLog(one);
    remove(one);
  }

  private void end(Waiting one) {
    if (one.opened == 0) {
      count(one, Reason.EXPECTATION_UNMET);
    }
    removeFromLog(one);
    remove(one);
  }

  /** Counts what became of an expectation at the engine that announced it. */
  private void count(Waiting one, Reason reason) {
    if (one.isOwn) {
      counters.count(reason);
    }
  }

  private void removeFromLog(Waiting one) {
    if (one.isOwn) {
      log.remove(one.expected);
      one.isLogged = false;
    }
  }

  private void remove(Waiting one) {
    waiting.remove(one);
    remove(byFirstSegment, one.expected.firstSegment(), one);
    remove(byParent, one.expected.parent(), one);
    counts.computeIfPresent(one.expected.client(), (_, count) -> count == 1 ? null : count - 1);
  }

  private static <K> void remove(Map<K, Deque<Waiting>> map, K key, Waiting one) {
    map.computeIfPresent(key, (_, same) -> same.remove(one) && same.isEmpty() ? null : same);
  }
}
