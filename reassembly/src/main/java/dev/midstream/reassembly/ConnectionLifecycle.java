package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Assignment;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handshakes.CompetingSyn;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.lifecycle.ConflictingSynAck;
import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.EvictionQueues;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, tracks their states, replaces them when their endpoints open anew, and removes
 * them when their time is over (PDP-3, PDP-4).
 */
final class ConnectionLifecycle {
  private final Stages stages;
  private final Vantage vantage;
  private final Timeouts timeouts;
  private final CurrentConnection current;
  private final ConnectionRegistry registry;
  private final FlowTable flows;
  private final Deadlines deadlines;
  private final RuleChoice choice;
  private final ConnectionOpening opening;
  private final ConnectionTimers timers;
  private final StateTracker tracker;
  private final SynClassifier synClassifier;
  private final ConflictingSynAck conflicts;
  private final ConnectionHeap heap;
  private final EvictionQueues evictions;
  private final HalfOpenConnections halfOpen;
  private final ExpectationTable expectations;
  private final ConnectionExpiry expiry;
  private final ConnectionParking parking;
  private final CommitJournal journal;
  private final ConnectionRoom room;

  ConnectionLifecycle(
      Stages stages,
      CurrentConnection current,
      ConnectionRoom room,
      ConnectionRegistry registry,
      RuleChoice choice,
      ConnectionOpening opening,
      ConnectionTimers timers,
      StateTracker tracker,
      SynClassifier synClassifier,
      ConnectionExpiry expiry,
      ConnectionParking parking,
      CommitJournal journal) {
    this.stages = stages;
    vantage = stages.configuration().vantage();
    timeouts = stages.configuration().timeouts();
    this.current = current;
    this.registry = registry;
    flows = registry.flows;
    deadlines = registry.deadlines;
    this.choice = choice;
    this.opening = opening;
    this.timers = timers;
    this.tracker = tracker;
    this.synClassifier = synClassifier;
    heap = registry.heap;
    evictions = registry.evictions;
    halfOpen = registry.halfOpen;
    expectations = registry.expectations;
    conflicts = registry.conflicts;
    this.room = room;
    this.expiry = expiry;
    this.parking = parking;
    this.journal = journal;
  }

  /**
   * Finds or opens the connection of a segment and tracks its state. Returns null if the segment
   * belongs to no connection.
   */
  @Nullable Connection findOrOpen(Segment segment, long nowNanos, PacketOutput out) {
    Connection found = find(segment, nowNanos);
    segment.setHalfOpen(SynCache.NONE, false);
    if (HalfOpenConnections.concerns(found, segment)) {
      halfOpen.begin(segment);
    }
    Connection known = found == null ? restore(segment, nowNanos) : found;
    current.set(known);
    Connection connection =
        known == null ? openUnknown(segment, nowNanos) : update(known, segment, nowNanos, out);
    current.set(connection);
    return connection;
  }

  private @Nullable Connection find(Segment segment, long nowNanos) {
    Connection found = flows.find(segment.view(), segment.key());
    if (found != null) {
      registry.begin(found, segment, nowNanos);
      return found;
    }
    room.makeForParked(segment, nowNanos);
    return parking.restore(segment.key(), nowNanos);
  }

  private @Nullable Connection restore(Segment segment, long nowNanos) {
    room.makeForHalfOpen(segment, nowNanos);
    return room.isLeftHalfOpen(segment) ? null : halfOpen.restore(segment);
  }

  private @Nullable Connection openUnknown(Segment segment, long nowNanos) {
    FrameView view = segment.view();
    boolean opensNothing =
        view.isRst()
            || ChecksumCheck.isDamaged(vantage, view)
            || choice.isResetMidStream(view)
            || room.isLeftHalfOpen(segment);
    return opensNothing ? null : open(segment, choice.isSenderClient(view), nowNanos, null);
  }

  private @Nullable Connection update(
      Connection known, Segment segment, long nowNanos, PacketOutput out) {
    Connection connection = known;
    if (segment.view().isSyn()) {
      connection = onSyn(connection, segment, nowNanos, out);
      if (connection == null) {
        return null;
      }
    } else if (connection.handshakes().alternative() != null
        && connection.directionOf(segment.key()) == Direction.CLIENT_TO_SERVER
        && !ChecksumCheck.isDamaged(vantage, segment.view())) {
      connection = conflicts.choose(known, segment.view());
      if (connection != known) {
        journal.forget(known);
        evictions.remove(known);
        heap.remove(known);
      }
    }
    endOneSided(connection, segment);
    if (connection.state() != ConnectionState.TOMBSTONE
        && synClassifier.refusing(connection, segment) == null) {
      Direction direction = connection.directionOf(segment.key());
      tracker.touch(connection, direction, segment.view(), nowNanos);
      tracker.track(connection, direction, segment.view());
      evictions.onSegment(connection, segment.view());
      applyState(connection);
      if (connection.state() == ConnectionState.CLOSING) {
        deadlines.bringForward(connection, parking.dueNanos(connection, nowNanos));
      }
    }
    return connection;
  }

  /**
   * Finishes the work on {@code connection} after a packet: closes it if it has just ended, settles
   * its memory, and schedules its next deadline. An alternative shares those of the known one.
   */
  void afterPacket(Connection connection, long nowNanos) {
    tracker.close(connection);
    applyState(connection);
    timers.settle(connection, nowNanos);
    Connection known = flows.inPlaceOf(connection);
    journal.note(known, nowNanos);
    expectations.noteRecord(connection, nowNanos);
    heap.update(known);
    long dueNanos = Math.min(timers.dueNanos(known), parking.dueNanos(known, nowNanos));
    deadlines.bringForward(known, dueNanos);
  }

  /** Ends the work on a segment of a connection that is or was half-open. Its SYNs may stay. */
  void settle(Segment segment, Connection connection, long nowNanos) {
    boolean waits =
        timers.workDueNanos(connection) != Long.MAX_VALUE
            || !flows.isKnown(connection)
            || journal.isRecordDue(connection, nowNanos);
    if (!waits && halfOpen.store(segment, connection, nowNanos)) {
      current.set(null);
      registry.detachHalfOpen(connection);
      return;
    }
    halfOpen.discard(segment);
    Connection kept = flows.ofEnds(connection);
    if (kept != null) {
      // Its state may still change to one that ends with the opening's time.
      long openingEndNanos = kept.seen().lastNanos() + timeouts.openingNanos();
      deadlines.bringForward(kept, Math.min(openingEndNanos, expiry.dueNanos(kept)));
      heap.update(kept);
    }
  }

  /**
   * Schedules {@code connection} again after its deadline may have been consumed without effect.
   */
  void reschedule(Connection connection, long nowNanos) {
    Connection known = flows.inPlaceOf(connection);
    deadlines.bringForward(known, expiry.dueNanos(known));
    afterPacket(connection, nowNanos);
  }

  /** Serves all connections whose deadline has come. */
  void onTimer(long nowNanos, PacketOutput out) {
    halfOpen.expire(nowNanos);
    for (Connection due = pollDue(nowNanos); due != null; due = pollDue(nowNanos)) {
      current.set(due);
      registry.begin(due, nowNanos);
      timers.onTimer(due, nowNanos, out);
      if (expiry.isProbeDue(due, nowNanos)) {
        timers.onIdle(due, nowNanos, out);
      }
      long expiryNanos = expiry.dueNanos(due);
      if (expiryNanos <= nowNanos) {
        expire(due, nowNanos, out);
      } else {
        long check = Math.min(expiryNanos, nowNanos + timeouts.establishedNanos());
        applyState(due);
        timers.settle(due, nowNanos);
        registry.fastPath.updateGuard(due);
        journal.note(due, nowNanos);
        heap.update(due);
        if (!parking.park(due, nowNanos)) {
          // Not now again: each call serves a connection once.
          long next = Math.max(nowNanos + 1, Math.min(check, timers.dueNanos(due)));
          deadlines.bringForward(due, Math.min(next, parking.dueNanos(due, nowNanos)));
        }
      }
      current.set(null);
    }
    journal.writeDue(nowNanos);
  }

  /** When {@link #onTimer} is due next. */
  long nextDeadlineNanos() {
    long nanos = Math.min(deadlines.nextNanos(), parking.nextNanos());
    return Math.min(Math.min(nanos, halfOpen.nextDueNanos()), journal.dueNanos());
  }

  private @Nullable Connection pollDue(long nowNanos) {
    Connection due = registry.pollDue(nowNanos);
    return due == null ? parking.pollDue(nowNanos) : due;
  }

  private void expire(Connection connection, long nowNanos, PacketOutput out) {
    if (connection.state() == ConnectionState.OPENING) {
      stages.counters().count(Reason.OPENING_TIMEOUT);
    }
    end(connection, nowNanos, out);
  }

  private @Nullable Connection open(
      Segment segment, boolean isSenderClient, long nowNanos, @Nullable Assignment inherited) {
    room.makeForNew(nowNanos);
    Connection connection = opening.open(segment, isSenderClient, nowNanos, inherited);
    if (connection == null) {
      return null;
    }
    segment.setHalfOpen(SynCache.NONE, true);
    evictions.add(connection, segment.view());
    heap.update(connection);
    connection.seen().touch(nowNanos);
    journal.unprotected().count(connection);
    if (segment.view().isSyn()) {
      opening.takeHandshake(connection, connection.directionOf(segment.key()), segment.view());
    }
    deadlines.bringForward(connection, expiry.dueNanos(connection));
    return connection;
  }

  /** Whether no connection can be opened, not even in place of another one. */
  boolean isFull() {
    return room.isFull();
  }

  /** Whether the connection of a segment is parked or half-open, and found no room. */
  boolean isLeft(Segment segment) {
    return room.isLeft(segment);
  }

  private @Nullable Connection onSyn(
      Connection connection, Segment segment, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    return switch (synClassifier.of(connection, direction, segment.view())) {
      case OPENING -> {
        opening.takeHandshake(connection, direction, segment.view());
        yield connection;
      }
      case NEW_CONNECTION -> {
        boolean isClient = choice.isSenderClient(segment.view());
        Assignment rule = inherited(connection, direction);
        yield renew(connection, rule, isClient, segment, nowNanos, out);
      }
      case COMPETING_ANSWERED -> renewAnswered(connection, segment, nowNanos, out);
      case COMPETING -> {
        stages.counters().count(Reason.SYN_REPEATED);
        connection.handshakes().addCompeting(segment.view(), direction);
        yield connection;
      }
      case CONFLICTING_SYN_ACK -> conflicts.openAlternative(connection, segment.view());
      case RETRANSMITTED -> {
        stages.counters().count(Reason.SYN_REPEATED);
        yield connection;
      }
      case IGNORED -> connection;
    };
  }

  /**
   * The rule of a retried opening. It stays the same, because it may come from an expectation that
   * is already used up.
   */
  private @Nullable Assignment inherited(Connection connection, Direction direction) {
    boolean startsOver =
        vantage == Vantage.INLINE
            && connection.state() == ConnectionState.OPENING
            && direction == Direction.CLIENT_TO_SERVER
            && connection.handshakes().of(direction) != null;
    return startsOver ? connection.assignment() : null;
  }

  private @Nullable Connection renewAnswered(
      Connection connection, Segment segment, long nowNanos, PacketOutput out) {
    Direction sentIn = connection.directionOf(segment.key());
    CompetingSyn syn =
        Objects.requireNonNull(connection.handshakes().competingAnswered(segment.view(), sentIn));
    boolean isClient = SynClassifier.isFromClient(connection, segment);
    Assignment rule = isClient ? connection.assignment() : inherited(connection, syn.direction());
    Connection renewed = renew(connection, rule, isClient, segment, nowNanos, out);
    if (renewed != null) {
      Direction other = renewed.directionOf(segment.key()).opposite();
      opening.agreeOn(renewed, other, syn.handshake(), segment.view().ipVersion());
    }
    return renewed;
  }

  private @Nullable Connection renew(
      Connection connection,
      @Nullable Assignment inherited,
      boolean isSenderClient,
      Segment segment,
      long nowNanos,
      PacketOutput out) {
    halfOpen.discard(segment);
    end(connection, nowNanos, out);
    return open(segment, isSenderClient, nowNanos, inherited);
  }

  /** Ends the exemption of a one-sided connection at the first segment of its other end. */
  private void endOneSided(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    Direction onlyDirection = connection.seen().onlyDirection();
    if (onlyDirection == null
        || onlyDirection == direction
        || segment.view().isRst()
        || ChecksumCheck.isDamaged(vantage, segment.view())) {
      return;
    }
    connection.seen().setOnlyDirection(null);
    opening.joinMidStream(connection, direction, segment.view(), Reason.NOT_WHOLE);
  }

  private void applyState(Connection connection) {
    evictions.update(connection);
    switch (connection.state()) {
      case OPENING, ESTABLISHED -> {}
      case CLOSING, TOMBSTONE -> {
        expectations.endOf(connection);
        deadlines.bringForward(connection, expiry.dueNanos(connection));
      }
    }
  }

  /**
   * Removes a connection. In a recording, what is held is flushed. Inline there is no receiver for
   * it any more.
   */
  private void end(Connection connection, long nowNanos, PacketOutput out) {
    if (!tracker.tracksNumbers(connection)) {
      timers.flushAll(connection, nowNanos, out);
    }
    registry.forget(connection);
  }
}
