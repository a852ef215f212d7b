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
import dev.midstream.reassembly.lifecycle.ClosingQueue;
import dev.midstream.reassembly.lifecycle.ConflictingSynAck;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.lifecycle.UnassuredQueue;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
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
  private final ConnectionTimers waiting;
  private final StateTracker tracker;
  private final SynClassifier synClassifier;
  private final ConflictingSynAck otherAnswer;
  private final UnassuredQueue unassured;
  private final ClosingQueue ending;
  private final IdleCheck idle;
  private final Counters counters;
  private final EventSink events;

  ConnectionLifecycle(
      Stages stages,
      CurrentConnection current,
      FlowTable flows,
      Deadlines deadlines,
      ConnectionOpening opening,
      ConnectionTimers waiting,
      StateTracker tracker,
      SynClassifier synClassifier) {
    configuration = stages.configuration();
    counters = stages.counters();
    events = stages.events();
    this.current = current;
    this.flows = flows;
    this.deadlines = deadlines;
    this.opening = opening;
    this.waiting = waiting;
    this.tracker = tracker;
    this.synClassifier = synClassifier;
    otherAnswer = new ConflictingSynAck(flows, deadlines, opening, counters);
    unassured = new UnassuredQueue(tracker);
    ending = new ClosingQueue(configuration.timeouts().closingNanos());
    idle = new IdleCheck(configuration, stages);
  }

  /**
   * Finds or opens the connection of a segment and follows its state; null if the segment stays
   * without one.
   */
  @Nullable Connection follow(FrameView view, long nowNanos, PacketOutput out) {
    Connection known = flows.find(view);
    current.on(known);
    Connection connection =
        known == null ? openUnknown(view, nowNanos) : follow(known, view, nowNanos, out);
    current.on(connection);
    return connection;
  }

  private @Nullable Connection openUnknown(FrameView view, long nowNanos) {
    return view.isRst() || tracker.isDamaged(view) ? null : open(view, nowNanos, null);
  }

  private @Nullable Connection follow(
      Connection known, FrameView view, long nowNanos, PacketOutput out) {
    Connection connection = known;
    if (view.isSyn()) {
      connection = onSyn(connection, view, nowNanos, out);
      if (connection == null) {
        return null;
      }
    } else if (connection.alternative() != null
        && directionOf(connection) == Direction.CLIENT_TO_SERVER
        && !tracker.isDamaged(view)) {
      connection = otherAnswer.chosen(known, view);
      if (connection != known) {
        unassured.remove(known);
      }
    }
    endOneSidedness(connection, view);
    if (connection.state() != ConnectionState.TOMBSTONE) {
      touch(connection, view, nowNanos);
      tracker.follow(connection, directionOf(connection), view);
      if (!connection.ends().isSettled()) {
        unassured.follow(connection, view);
        unassured.look(connection);
      }
      bringEndForward(connection);
    }
    return connection;
  }

  /**
   * What becomes of a segment without a connection: it passes, unless it is damaged and nobody
   * knows whether it is for the ends it names.
   */
  Disposition passUnknown(FrameView view) {
    if (tracker.isDamaged(view) && !opening.passesUnseen(view)) {
      counters.count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    return Disposition.FORWARD;
  }

  /** The direction of the segment that {@link #follow} took last. */
  Direction directionOf(Connection connection) {
    return flows.isSentByClient(connection)
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  /** Notes what {@code connection} waits for now; one that has just ended waits to be forgotten. */
  void await(Connection connection) {
    if (connection.rest().isAtRest()) {
      return;
    }
    unassured.look(connection);
    tracker.close(connection);
    bringEndForward(connection);
    deadlines.bringForward(connection, waiting.dueNanos(connection));
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
      waiting.onTimer(due, nowNanos, out);
      if (isAskedBeforeItEnds(due) && idle.dueNanos(due) <= nowNanos) {
        idle.take(due, nowNanos, out);
      }
      long end = endNanos(due);
      if (end <= nowNanos) {
        expire(due, nowNanos, out);
      } else {
        long look = Math.min(end, nowNanos + configuration.timeouts().establishedNanos());
        deadlines.bringForward(due, Math.min(look, waiting.dueNanos(due)));
      }
      current.on(null);
    }
  }

  private @Nullable Connection open(FrameView view, long nowNanos, @Nullable Rule inherited) {
    if (!opening.hasRoom()) {
      makeRoom(nowNanos);
    }
    Connection connection = opening.open(view, nowNanos, inherited);
    if (connection == null) {
      return null;
    }
    unassured.add(connection, view);
    connection.touch(nowNanos);
    if (view.isSyn()) {
      opening.handshake(connection, directionOf(connection), view);
    }
    deadlines.bringForward(connection, endNanos(connection));
    return connection;
  }

  private void makeRoom(long nowNanos) {
    Connection over = ending.oldest(nowNanos);
    if (over != null) {
      forget(over);
      return;
    }
    Connection oldest = unassured.oldest();
    if (oldest != null) {
      counters.count(Reason.CONNECTION_LIMIT);
      events.event(Reason.CONNECTION_LIMIT, oldest.name(), "gives way to a new connection");
      forget(oldest);
    }
  }

  private @Nullable Connection onSyn(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    Direction direction = directionOf(connection);
    return switch (synClassifier.of(connection, direction, view)) {
      case OPENING -> {
        opening.handshake(connection, direction, view);
        yield connection;
      }
      case ANEW -> renew(connection, inherited(connection, direction), view, nowNanos, out);
      case ANSWER -> renewAnswered(connection, view, nowNanos, out);
      case RIVAL -> {
        counters.count(Reason.SYN_REPEATED);
        connection.competingSyn(new CompetingSyn(Handshake.of(view), direction));
        yield connection;
      }
      case OTHER_ANSWER -> otherAnswer.alternative(connection, view);
      case REPEATED -> {
        counters.count(Reason.SYN_REPEATED);
        yield connection;
      }
      case NOTHING -> connection;
    };
  }

  /** Who starts an opening over keeps the rule it had, which may be one somebody waited with. */
  private @Nullable Rule inherited(Connection connection, Direction direction) {
    boolean startsOver =
        configuration.vantage() == Vantage.INLINE
            && connection.state() == ConnectionState.OPENING
            && direction == Direction.CLIENT_TO_SERVER
            && connection.handshake(direction) != null;
    return startsOver ? connection.rule() : null;
  }

  private @Nullable Connection renewAnswered(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    CompetingSyn competingSyn = connection.competingSyn();
    Rule inherited = competingSyn == null ? null : inherited(connection, competingSyn.direction());
    Connection renewed = renew(connection, inherited, view, nowNanos, out);
    if (renewed != null && competingSyn != null) {
      opening.agreeOn(
          renewed, Direction.CLIENT_TO_SERVER, competingSyn.handshake(), view.ipVersion());
    }
    return renewed;
  }

  private @Nullable Connection renew(
      Connection connection,
      @Nullable Rule inherited,
      FrameView view,
      long nowNanos,
      PacketOutput out) {
    finish(connection, nowNanos, out);
    forget(connection);
    return open(view, nowNanos, inherited);
  }

  /** Once the other end is heard too, what passed because it was one-sided is so no more. */
  private void endOneSidedness(Connection connection, FrameView view) {
    Direction direction = directionOf(connection);
    Direction only = connection.ends().only();
    if (only == null || only == direction || view.isRst() || tracker.isDamaged(view)) {
      return;
    }
    connection.ends().only(null);
    opening.joinMidStream(connection, direction, view, Reason.NOT_WHOLE);
  }

  /** An edited opening of which one SYN was seen is kept up by SYNs alone. */
  private void touch(Connection connection, FrameView view, long nowNanos) {
    boolean halfOpen =
        connection.state() == ConnectionState.OPENING
            && tracker.isInline(connection)
            && !connection.isWhole();
    if (!halfOpen || view.isSyn()) {
      connection.touch(nowNanos);
    }
  }

  private void bringEndForward(Connection connection) {
    ending.follow(connection);
    switch (connection.state()) {
      case OPENING, ESTABLISHED -> {}
      case CLOSING, TOMBSTONE -> deadlines.bringForward(connection, endNanos(connection));
    }
  }

  private boolean isAskedBeforeItEnds(Connection connection) {
    return connection.state() == ConnectionState.ESTABLISHED
        && tracker.isInline(connection)
        && (connection.isEdited() || connection.isOwing());
  }

  /** When silence ends the connection; shifted numbers must be mapped while anybody may repeat. */
  private long endNanos(Connection connection) {
    boolean edited = connection.isEdited();
    if (isAskedBeforeItEnds(connection)) {
      return idle.dueNanos(connection);
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
    boolean over = connection.isFinished() || connection.finished() != null;
    return over && !tracker.isRead() && opening.isEditing(connection.rule());
  }

  /** Whether no opening was seen, and only one side of the box was heard: one host can do that. */
  private static boolean isMadeUp(Connection connection) {
    return !connection.ends().isSettled() && connection.ends().only() == null;
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
      waiting.finish(connection, nowNanos, out);
    }
  }

  /** Forgets what {@code connection} could have been, if its end answers once more. */
  void forgetAlternative(Connection connection) {
    otherAnswer.drop(connection);
  }

  /** Keeps nothing of a connection: the next segment of its ends opens another one. */
  void forget(Connection connection) {
    otherAnswer.drop(connection);
    unassured.remove(connection);
    ending.remove(connection);
    deadlines.remove(connection);
    flows.remove(connection);
    connection.free();
  }
}
