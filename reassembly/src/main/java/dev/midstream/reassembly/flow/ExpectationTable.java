package dev.midstream.reassembly.flow;

import dev.midstream.agent.Expectation;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectedConnection.FirstSegment;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** What is expected. */
  private final ExpectationQueue waiting = new ExpectationQueue();

  /** The same by the first segment that fulfils them, so that a SYN looks at its own only. */
  private final Map<FirstSegment, Deque<WaitingExpectation>> byFirstSegment = new HashMap<>();

  /** What other engines expect no more: the one that goes on for them may have an older record. */
  private final ExpectationQueue fulfilled = new ExpectationQueue();

  /** Those that connections without a record fulfilled. */
  private final MetExpectations met;

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
    met = new MetExpectations(limits.total());
  }

  /**
   * Adds an expectation of a connection of this engine. It replaces the one of the same place.
   *
   * @return whether all other engines accepted it
   */
  public boolean announce(ExpectedConnection expected, long nowNanos) {
    add(new WaitingExpectation(expected, true, nowNanos + limits.nanos()), nowNanos);
    log.add(expected, 0, limits.nanos());
    return router.expect(expected);
  }

  /**
   * Goes on with an expectation of an engine that died, of which {@code opened} connections are in
   * records, or as many as other engines have said: the dead one may not have heard of them. All
   * other engines get it as a new one, and hear how many have fulfilled it.
   *
   * @param restNanos how long it stays, if that is no longer than a new one does
   */
  public void addInherited(ExpectedConnection expected, int opened, long restNanos, long nowNanos) {
    long nanos = Math.min(restNanos, limits.nanos());
    WaitingExpectation added = new WaitingExpectation(expected, true, nowNanos + nanos);
    expire(nowNanos);
    int recorded = Math.max(opened, recordedElsewhere(expected));
    added.opened = recorded;
    List<ConnectionKey> fulfilling = met.countFor(added);
    add(added, nowNanos);
    if (added.isMetBy(added.opened)) {
      remove(added);
    }
    if (added.isMetBy(recorded)) {
      removeFromLog(added);
    } else {
      log.add(expected, recorded, nanos);
    }
    router.expect(expected, recorded);
    fulfilling.forEach(ends -> router.opened(expected, ends));
  }

  /** The connections of the expectation that has this place of which it is known that they are. */
  private int recordedElsewhere(ExpectedConnection expected) {
    WaitingExpectation known = ofPlace(expected);
    return known == null ? 0 : known.recordedElsewhere;
  }

  private @Nullable WaitingExpectation ofPlace(ExpectedConnection expected) {
    WaitingExpectation here = waiting.ofPlace(expected);
    return here == null ? fulfilled.ofPlace(expected) : here;
  }

  /** Writes all expectations of this engine's connections to the log again. */
  public void logAgain(long nowNanos) {
    logTo(log, nowNanos);
  }

  /** Writes all expectations of this engine's connections to {@code other}. */
  public void logTo(ExpectationLog other, long nowNanos) {
    expire(nowNanos);
    Set<WaitingExpectation> all = new LinkedHashSet<>(waiting.all());
    all.addAll(met.expectations());
    for (WaitingExpectation one : all) {
      if (one.isLogged()) {
        other.add(one.expected, one.recorded(), one.endNanos - nowNanos);
      }
    }
  }

  /** Shows what this engine's connections expect now, the oldest first. */
  public void showOwn(Consumer<Written> observer, long nowNanos) {
    expire(nowNanos);
    for (WaitingExpectation one : waiting.all()) {
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
    add(new WaitingExpectation(expected, false, nowNanos + limits.nanos()), nowNanos);
  }

  /**
   * Adds an expectation of another engine, of which some connections may have been opened, or all.
   *
   * @param recorded how many of these are in records, as engines have said that opened them
   */
  public void add(Written written, int recorded, long nowNanos) {
    long nanos = Math.min(written.restNanos(), limits.nanos());
    WaitingExpectation added = new WaitingExpectation(written.expected(), false, nowNanos + nanos);
    added.opened = written.opened();
    added.recordedElsewhere = recorded;
    if (added.isMetBy(added.opened)) {
      keep(added);
    } else {
      add(added, nowNanos);
    }
  }

  private void add(WaitingExpectation added, long nowNanos) {
    expire(nowNanos);
    ExpectedConnection expected = added.expected;
    met.noteReplaced(added);
    WaitingExpectation before = fulfilled.ofPlace(expected);
    if (before != null) {
      fulfilled.remove(before);
    }
    WaitingExpectation same = waiting.ofPlace(expected);
    List<WaitingExpectation> siblings = waiting.ofParent(expected.parent());
    if (same != null) {
      remove(same);
    } else if (siblings.size() >= limits.perConnection()) {
      evict(siblings.getFirst());
    } else if (waiting.size() >= limits.total()) {
      evict(waiting.oldestOfMost());
    }
    waiting.add(added);
    byFirstSegment
        .computeIfAbsent(expected.firstSegment(), _ -> new ArrayDeque<>(1))
        .addLast(added);
  }

  /** Removes what {@code parent} expects at the place of {@code expectation}, if anything. */
  public void withdraw(Connection parent, Expectation expectation) {
    for (WaitingExpectation one : waiting.ofParent(parent.key())) {
      if (one.expected.expectation().isSamePlace(expectation)) {
        removeFromLog(one);
        remove(one);
        router.withdraw(one.expected);
      }
    }
  }

  /** Removes an expectation that another engine has withdrawn. */
  public void remove(ExpectedConnection expected) {
    WaitingExpectation one = waiting.ofPlace(expected);
    if (one != null) {
      remove(one);
    }
  }

  /** Removes all expectations of {@code parent}, which is over. */
  public void endOf(Connection parent) {
    if (waiting.isEmpty()) {
      return;
    }
    for (WaitingExpectation one : waiting.ofParent(parent.key())) {
      end(one);
      router.withdraw(one.expected);
    }
  }

  /** Forgets all expectations. They stay in the log. */
  public void clear() {
    log.clear();
    waiting.clear();
    byFirstSegment.clear();
    fulfilled.clear();
    met.clear();
  }

  /** Notes that a SYN opens the connection of {@code key}; null if it is not expected. */
  public @Nullable Assignment take(FrameView view, ConnectionKey key, long nowNanos) {
    expire(nowNanos);
    WaitingExpectation found = find(view, false, nowNanos);
    if (found == null) {
      return null;
    }
    if (!met.takeFromElsewhere(key, found)) {
      if (log.isKept()) {
        met.addHere(key, found);
      }
      noteOpened(found);
      router.opened(found.expected, met.isShared(key) ? key.copy(true) : null);
    }
    return new Assignment(found.expected.rule(), found.expected.expectation().context(), true);
  }

  /**
   * Notes that {@code connection} may be in a record: its SYN opens no other one at another engine.
   * The log of the engine whose connection expected it is told how many of the connections that
   * fulfil the expectation are, and forgets it once all of them are. Other engines hear of it when
   * the record is committed: one of them may go on with a log that lacks what others have opened.
   */
  public void noteRecord(Connection connection, long nowNanos) {
    if (met.isEmpty() || connection.record() == null || !connection.seen().isExpected()) {
      return;
    }
    WaitingExpectation one = met.of(connection.key());
    if (one == null) {
      return;
    }
    boolean isCommitted = log.isCommitted(connection);
    boolean counts = isCommitted || !met.isShared(connection.key());
    if (counts && met.count(connection.key())) {
      noteRecorded(one, nowNanos);
    }
    if (isCommitted) {
      met.remove(connection.key());
      router.recorded(one.expected, connection.key().copy(true));
    }
  }

  private void noteRecorded(WaitingExpectation one, long nowNanos) {
    one.unrecorded--;
    one.recordedElsewhere++;
    if (!one.isLogged()) {
      return; // it is of another engine, was taken back, or another one has its place
    }
    if (one.isMetBy(one.recorded())) {
      removeFromLog(one);
    } else if (one.endNanos > nowNanos) {
      log.add(one.expected, one.recorded(), one.endNanos - nowNanos);
    }
  }

  /**
   * Notes that an expected connection was opened at another engine.
   *
   * @param ends its ends, if {@link #noteRecorded} follows; null if no other engine need know them
   */
  public void noteOpened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    WaitingExpectation one = waiting.ofPlace(expected);
    if (one != null && (ends == null || met.addElsewhere(ends, one))) {
      noteOpened(one);
    }
  }

  /** Notes that the connection between {@code ends} is in a record of another engine. */
  public void noteRecorded(ExpectedConnection expected, ConnectionKey ends, long nowNanos) {
    WaitingExpectation one = met.of(ends);
    if (one != null && one.expected.isSamePlace(expected)) {
      met.remove(ends);
      noteRecorded(one, nowNanos);
    } else {
      WaitingExpectation known = ofPlace(expected);
      if (known != null && known.recordedElsewhere < known.recorded()) {
        known.recordedElsewhere++; // one of which it was only told that it was opened
      }
    }
  }

  /** The rule of the connection that a SYN would open; null if it is not expected. */
  public @Nullable Rule peek(FrameView view, long nowNanos) {
    WaitingExpectation found = find(view, false, nowNanos);
    return found == null ? null : found.expected.rule();
  }

  /** Whether the SYN-ACK in {@code view} answers the SYN of a connection that is expected. */
  public boolean isAnswered(FrameView view, long nowNanos) {
    return find(view, true, nowNanos) != null;
  }

  /** Removes what has expired, which is what was added first. */
  public void expire(long nowNanos) {
    while (waiting.nextEndNanos() <= nowNanos) {
      end(waiting.first());
    }
    while (fulfilled.nextEndNanos() <= nowNanos) {
      fulfilled.remove(fulfilled.first());
    }
    met.expire(nowNanos);
  }

  /** When {@link #expire} is next due; {@link Long#MAX_VALUE} if nothing is expected. */
  public long nextEndNanos() {
    return Math.min(waiting.nextEndNanos(), fulfilled.nextEndNanos());
  }

  /** What expects the connection that {@code view} opens, or the SYN of which it answers. */
  private @Nullable WaitingExpectation find(FrameView view, boolean answers, long nowNanos) {
    if (waiting.isEmpty() && met.isEmpty()) {
      return null;
    }
    FirstSegment first = answers ? FirstSegment.answeredBy(view) : FirstSegment.of(view);
    Deque<WaitingExpectation> same = byFirstSegment.get(first);
    WaitingExpectation newest = same == null ? null : same.peekLast();
    WaitingExpectation known = met.elsewhere(view, first, nowNanos);
    if (known != null && (newest == null || !known.isReplaced())) {
      return known;
    }
    return newest != null && newest.endNanos > nowNanos ? newest : null;
  }

  private void noteOpened(WaitingExpectation one) {
    one.opened++;
    if (one.isMetBy(one.opened)) {
      remove(one);
      keep(one);
    }
  }

  /** Keeps what another engine expects no more, if it may learn that later than this one. */
  private void keep(WaitingExpectation one) {
    if (one.isOwn || !log.isKept() || one.unrecorded + one.recordedElsewhere == 0) {
      return;
    }
    if (fulfilled.size() >= limits.total()) {
      fulfilled.remove(fulfilled.oldestOfMost());
    }
    fulfilled.add(one);
  }

  private void evict(WaitingExpectation one) {
    count(one, Reason.EXPECTATION_LIMIT);
    removeFromLog(one);
    remove(one);
  }

  private void end(WaitingExpectation one) {
    if (one.opened == 0) {
      count(one, Reason.EXPECTATION_UNMET);
    }
    removeFromLog(one);
    remove(one);
  }

  /** Counts what became of an expectation at the engine that announced it. */
  private void count(WaitingExpectation one, Reason reason) {
    if (one.isOwn) {
      counters.count(reason);
    }
  }

  private void removeFromLog(WaitingExpectation one) {
    if (one.isOwn) {
      log.remove(one.expected);
      one.noteUnlogged();
    }
  }

  private void remove(WaitingExpectation one) {
    waiting.remove(one);
    byFirstSegment.computeIfPresent(
        one.expected.firstSegment(), (_, same) -> same.remove(one) && same.isEmpty() ? null : same);
  }
}
