package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.CompetingSyn;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConflictingSynAck;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.EvictionQueues;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * The life of connections: opened by a first packet, followed through their states, renewed when
 * the same ends start over, forgotten when their time is over (PDP-3, PDP-4).
 */
final class ConnectionLifecycle {
  /** Twice the maximum segment lifetime (RFC 9293 section 3.4.2): late FINs are still mapped. */
  private static final long EDITED_CLOSING_NANOS = 240_000_000_000L;

  /** How long an end that missed a reset is answered with another one. */
  private static final long TOMBSTONE_NANOS = 60_000_000_000L;

  /** A recorded connection is not forgotten while its numbers are shifted. */
  private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

  private final EngineConfiguration configuration;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final Deadlines deadlines;
  private final ConnectionOpening opening;
  private final ConnectionTimers timers;
  private final StateTracker tracker;
  private final SynClassifier synClassifier;
  private final ConflictingSynAck conflicts;
  private final EvictionQueues evictions;
  private final Counters counters;
  private final EventSink events;

  ConnectionLifecycle(
      Stages stages,
      CurrentConnection current,
      FlowTable flows,
      Deadlines deadlines,
      ConnectionOpening opening,
      ConnectionTimers timers,
      StateTracker tracker,
      SynClassifier synClassifier) {
    configuration = stages.configuration();
    counters = stages.counters();
    events = stages.events();
    this.current = current;
    this.flows = flows;
    this.deadlines = deadlines;
    this.opening = opening;
    this.timers = timers;
    this.tracker = tracker;
    this.synClassifier = synClassifier;
    conflicts = new ConflictingSynAck(flows, deadlines, opening, counters);
    evictions = new EvictionQueues(tracker, configuration.timeouts().closingNanos());
  }

  /**
   * Finds or opens the connection of a segment and follows its state; null if the segment stays
   * without one.
   */
  @Nullable Connection follow(Segment segment, long nowNanos, PacketOutput out) {
    Connection known = flows.find(segment.view(), segment.key());
    current.on(known);
    Connection connection =
        known == null ? openUnknown(segment, nowNanos) : follow(known, segment, nowNanos, out);
    current.on(connection);
    return connection;
  }

  private @Nullable Connection openUnknown(Segment segment, long nowNanos) {
    return segment.view().isRst() || tracker.isDamaged(segment.view())
        ? null
        : open(segment, nowNanos, null);
  }

  private @Nullable Connection follow(
      Connection known, Segment segment, long nowNanos, PacketOutput out) {
    Connection connection = known;
    if (segment.view().isSyn()) {
      connection = onSyn(connection, segment, nowNanos, out);
      if (connection == null) {
        return null;
      }
    } else if (connection.handshakes().alternative() != null
        && connection.directionOf(segment.key()) == Direction.CLIENT_TO_SERVER
        && !tracker.isDamaged(segment.view())) {
      connection = conflicts.choose(known, segment.view());
      if (connection != known) {
        evictions.remove(known);
      }
    }
    endOneSidedness(connection, segment);
    if (connection.state() != ConnectionState.TOMBSTONE) {
      touch(connection, segment, nowNanos);
      tracker.follow(connection, connection.directionOf(segment.key()), segment.view());
      evictions.follow(connection, segment.view());
      followState(connection);
    }
    return connection;
  }

  /**
   * What becomes of a segment without a connection: it passes, unless it is damaged and nobody
   * knows whether it is for the ends it names.
   */
  Disposition passUnknown(Segment segment) {
    if (tracker.isDamaged(segment.view()) && !opening.passesUnseen(segment.view())) {
      counters.count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    return Disposition.FORWARD;
  }

  /** Notes what {@code connection} waits for now; one that has just ended waits to be forgotten. */
  void await(Connection connection) {
    if (connection.isAtRest()) {
      return;
    }
    tracker.close(connection);
    followState(connection);
    deadlines.bringForward(connection, timers.dueNanos(connection));
  }

  /** The same for one whose timer may have been taken, and nothing done. */
  void awaitAnew(Connection connection) {
    deadlines.bringForward(connection, endNanos(connection));
    await(connection);
  }

  /** Does what is due. */
  void onTimer(long nowNanos, PacketOutput out) {
    for (Connection due = deadlines.poll(nowNanos); due != null; due = deadlines.poll(nowNanos)) {
      current.on(due);
      timers.onTimer(due, nowNanos, out);
      if (isAskedBeforeItEnds(due) && timers.idleDueNanos(due) <= nowNanos) {
        timers.onIdle(due, nowNanos, out);
      }
      long end = endNanos(due);
      if (end <= nowNanos) {
        expire(due, nowNanos, out);
      } else {
        long look = Math.min(end, nowNanos + configuration.timeouts().establishedNanos());
        deadlines.bringForward(due, Math.min(look, timers.dueNanos(due)));
      }
      current.on(null);
    }
  }

  private @Nullable Connection open(Segment segment, long nowNanos, @Nullable Rule inherited) {
    if (!opening.hasRoom()) {
      makeRoom(nowNanos);
    }
    Connection connection = opening.open(segment, nowNanos, inherited);
    if (connection == null) {
      return null;
    }
    evictions.add(connection, segment.view());
    connection.touch(nowNanos);
    if (segment.view().isSyn()) {
      opening.takeHandshake(connection, connection.directionOf(segment.key()), segment.view());
    }
    deadlines.bringForward(connection, endNanos(connection));
    return connection;
  }

  private void makeRoom(long nowNanos) {
    Connection over = evictions.pollClosed(nowNanos);
    if (over != null) {
      forget(over);
      return;
    }
    Connection oldest = evictions.oldestUnassured();
    if (oldest != null) {
      counters.count(Reason.CONNECTION_LIMIT);
      events.event(Reason.CONNECTION_LIMIT, oldest.name(), "gives way to a new connection");
      forget(oldest);
    }
  }

  private @Nullable Connection onSyn(
      Connection connection, Segment segment, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    return switch (synClassifier.of(connection, direction, segment.view())) {
      case OPENING -> {
        opening.takeHandshake(connection, direction, segment.view());
        yield connection;
      }
      case NEW_CONNECTION ->
          renew(connection, inherited(connection, direction), segment, nowNanos, out);
      case COMPETING_ANSWERED -> renewAnswered(connection, segment, nowNanos, out);
      case COMPETING -> {
        counters.count(Reason.SYN_REPEATED);
        connection
            .handshakes()
            .competing(new CompetingSyn(Handshake.of(segment.view()), direction));
        yield connection;
      }
      case CONFLICTING_SYN_ACK -> conflicts.openAlternative(connection, segment.view());
      case RETRANSMITTED -> {
        counters.count(Reason.SYN_REPEATED);
        yield connection;
      }
      case IGNORED -> connection;
    };
  }

  /** Who starts an opening over keeps the rule it had, which may be one somebody waited with. */
  private @Nullable Rule inherited(Connection connection, Direction direction) {
    boolean startsOver =
        configuration.vantage() == Vantage.INLINE
            && connection.state() == ConnectionState.OPENING
            && direction == Direction.CLIENT_TO_SERVER
            && connection.handshakes().of(direction) != null;
    return startsOver ? connection.rule() : null;
  }

  private @Nullable Connection renewAnswered(
      Connection connection, Segment segment, long nowNanos, PacketOutput out) {
    CompetingSyn competingSyn = connection.handshakes().competing();
    Rule inherited = competingSyn == null ? null : inherited(connection, competingSyn.direction());
    Connection renewed = renew(connection, inherited, segment, nowNanos, out);
    if (renewed != null && competingSyn != null) {
      opening.agreeOn(
          renewed,
          Direction.CLIENT_TO_SERVER,
          competingSyn.handshake(),
          segment.view().ipVersion());
    }
    return renewed;
  }

  private @Nullable Connection renew(
      Connection connection,
      @Nullable Rule inherited,
      Segment segment,
      long nowNanos,
      PacketOutput out) {
    finish(connection, nowNanos, out);
    forget(connection);
    return open(segment, nowNanos, inherited);
  }

  /** Once the other end is heard too, what passed because it was one-sided is so no more. */
  private void endOneSidedness(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    Direction onlyDirection = connection.seen().onlyDirection();
    if (onlyDirection == null
        || onlyDirection == direction
        || segment.view().isRst()
        || tracker.isDamaged(segment.view())) {
      return;
    }
    connection.seen().onlyDirection(null);
    opening.joinMidStream(connection, direction, segment.view(), Reason.NOT_WHOLE);
  }

  /** An edited opening of which one SYN was seen is kept up by SYNs alone. */
  private void touch(Connection connection, Segment segment, long nowNanos) {
    boolean halfOpen =
        connection.state() == ConnectionState.OPENING
            && tracker.isInline(connection)
            && !connection.handshakes().isWhole();
    if (!halfOpen || segment.view().isSyn()) {
      connection.touch(nowNanos);
    }
  }

  private void followState(Connection connection) {
    evictions.update(connection);
    switch (connection.state()) {
      case OPENING, ESTABLISHED -> {}
      case CLOSING, TOMBSTONE -> deadlines.bringForward(connection, endNanos(connection));
    }
  }

  private boolean isAskedBeforeItEnds(Connection connection) {
    return connection.state() == ConnectionState.ESTABLISHED
        && tracker.isInline(connection)
        && (connection.isEdited()
            || (connection.phase() instanceof Open open && open.isPromised()));
  }

  /** When silence ends the connection; shifted numbers must be mapped while anybody may repeat. */
  private long endNanos(Connection connection) {
    boolean edited = connection.isEdited();
    if (isAskedBeforeItEnds(connection)) {
      return timers.idleDueNanos(connection);
    }
    return connection.lastNanos()
        + switch (connection.state()) {
          case OPENING -> configuration.timeouts().openingNanos();
          case ESTABLISHED ->
              edited
                  ? NEVER_NANOS
                  : isMadeUp(connection)
                      ? configuration.timeouts().openingNanos()
                      : configuration.timeouts().establishedNanos();
          case CLOSING ->
              edited || mayBeRepeated(connection)
                  ? Math.max(EDITED_CLOSING_NANOS, configuration.timeouts().closingNanos())
                  : configuration.timeouts().closingNanos();
          case TOMBSTONE -> TOMBSTONE_NANOS;
        };
  }

  /**
   * Whether octets or FINs of a finished connection may come once more, behind the longest pause of
   * RFC 6298, because an acknowledgement was lost behind the box: they would be of no connection
   * that is known.
   */
  private boolean mayBeRepeated(Connection connection) {
    boolean over = connection.isFinished() || connection.phase() instanceof TimeWait;
    return over && !tracker.isRecording() && opening.isEditing(connection.rule());
  }

  /** Whether no opening was seen, and only one side of the box was heard: one host can do that. */
  private static boolean isMadeUp(Connection connection) {
    return !connection.seen().isAssured() && connection.seen().onlyDirection() == null;
  }

  private void expire(Connection connection, long nowNanos, PacketOutput out) {
    if (connection.state() == ConnectionState.OPENING) {
      counters.count(Reason.OPENING_TIMEOUT);
    }
    finish(connection, nowNanos, out);
    forget(connection);
  }

  /** In a recording what is held reached its end; inline nobody is there to take it. */
  private void finish(Connection connection, long nowNanos, PacketOutput out) {
    if (!tracker.isInline(connection)) {
      timers.finish(connection, nowNanos, out);
    }
  }

  /** Forgets what {@code connection} could have been, if its end answers once more. */
  void forgetAlternative(Connection connection) {
    conflicts.drop(connection);
  }

  /** Keeps nothing of a connection: the next segment of its ends opens another one. */
  void forget(Connection connection) {
    conflicts.drop(connection);
    evictions.remove(connection);
    deadlines.remove(connection);
    flows.remove(connection);
    connection.free();
  }
}
