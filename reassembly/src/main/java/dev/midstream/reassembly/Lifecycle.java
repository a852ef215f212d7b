package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * The life of connections: opened by a first packet, followed through their states, renewed when
 * the same ends start over, forgotten when their time is over (PDP-3, PDP-4).
 */
final class Lifecycle {
  /** Twice the maximum segment lifetime (RFC 9293 section 3.4.2): late FINs are still mapped. */
  private static final long EDITED_CLOSING_NANOS = 240_000_000_000L;

  /** An open connection is not forgotten while its numbers are shifted. */
  private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

  private final EngineConfiguration configuration;
  private final FlowTable flows;
  private final Deadlines deadlines;
  private final ConnectionOpening opening;
  private final Waiting waiting;
  private final Counters counters;

  Lifecycle(
      EngineConfiguration configuration,
      FlowTable flows,
      Deadlines deadlines,
      ConnectionOpening opening,
      Waiting waiting,
      Counters counters) {
    this.configuration = configuration;
    this.flows = flows;
    this.deadlines = deadlines;
    this.opening = opening;
    this.waiting = waiting;
    this.counters = counters;
  }

  /**
   * Finds or opens the connection of a segment and follows its state; null if the segment stays
   * without one.
   */
  @Nullable Connection follow(FrameView view, long nowNanos, PacketOutput out) {
    Connection connection = flows.find(view);
    if (connection == null) {
      return view.isRst() ? null : open(view, nowNanos);
    }
    if (view.isSyn()) {
      connection = onSyn(connection, view, nowNanos, out);
      if (connection == null) {
        return null;
      }
    }
    connection.touch(nowNanos);
    if (connection.state() != ConnectionState.CLOSING) {
      advance(connection, view);
    }
    return connection;
  }

  /** The direction of the segment that {@link #follow} took last. */
  Direction directionOf(Connection connection) {
    return flows.isSentByClient(connection)
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }

  /** Notes what {@code connection} waits for now; one that was just reset waits for its end. */
  void await(Connection connection) {
    boolean closing = connection.state() == ConnectionState.CLOSING;
    long end = closing ? endNanos(connection) : Long.MAX_VALUE;
    deadlines.bringForward(connection, Math.min(end, waiting.dueNanos(connection)));
  }

  /** Does what is due. */
  void onTimer(long nowNanos, PacketOutput out) {
    for (Connection due = deadlines.poll(nowNanos); due != null; due = deadlines.poll(nowNanos)) {
      waiting.onTimer(due, nowNanos, out);
      long end = endNanos(due);
      if (end <= nowNanos) {
        expire(due, nowNanos, out);
      } else {
        long look = Math.min(end, nowNanos + configuration.timeouts().establishedNanos());
        deadlines.bringForward(due, Math.min(look, waiting.dueNanos(due)));
      }
    }
  }

  private @Nullable Connection open(FrameView view, long nowNanos) {
    Connection connection = opening.open(view, nowNanos);
    if (connection == null) {
      return null;
    }
    connection.touch(nowNanos);
    if (view.isSyn()) {
      opening.handshake(connection, directionOf(connection), view);
    }
    deadlines.bringForward(connection, endNanos(connection));
    return connection;
  }

  /** A SYN for known ends: repeated, the other half of an opening, or a new connection. */
  private @Nullable Connection onSyn(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    Direction direction = directionOf(connection);
    Handshake rival = connection.rivalHandshake();
    if (view.isAck() && isAnswerTo(rival, view)) {
      Connection renewed = renew(connection, view, nowNanos, out);
      if (renewed != null && rival != null) {
        opening.agreeOn(renewed, Direction.CLIENT_TO_SERVER, rival, view.ipVersion());
      }
      return renewed;
    }
    Handshake known = connection.handshake(direction);
    boolean same = known != null && known.initialSequence() == view.sequence();
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (same || (known == null && opens)) {
      opening.handshake(connection, direction, view);
      return connection;
    }
    if (view.isAck()) {
      return connection;
    }
    boolean unanswered = opens && !connection.isWhole();
    if (unanswered || known == null || !ConnectionOpening.isInspected(connection)) {
      return renew(connection, view, nowNanos, out);
    }
    counters.count(Reason.SYN_REPEATED);
    connection.rivalHandshake(Handshake.of(view));
    return connection;
  }

  private static boolean isAnswerTo(@Nullable Handshake rival, FrameView view) {
    return rival != null && view.acknowledgement() == rival.initialSequence() + 1;
  }

  private @Nullable Connection renew(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    waiting.finish(connection, nowNanos, out);
    forget(connection);
    return open(view, nowNanos);
  }

  private void advance(Connection connection, FrameView view) {
    if (view.isRst()) {
      close(connection);
      return;
    }
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (opens && connection.isWhole() && !view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
    if (view.isFin()) {
      connection.finished(directionOf(connection));
      if (connection.isFinished()) {
        close(connection);
      }
    }
  }

  private void close(Connection connection) {
    connection.enter(ConnectionState.CLOSING);
    deadlines.bringForward(connection, endNanos(connection));
  }

  /** When silence ends the connection; shifted numbers must be mapped while anybody may repeat. */
  private long endNanos(Connection connection) {
    boolean edited = connection.isEdited();
    return connection.lastNanos()
        + switch (connection.state()) {
          case OPENING -> configuration.timeouts().openingNanos();
          case ESTABLISHED -> edited ? NEVER_NANOS : configuration.timeouts().establishedNanos();
          case CLOSING ->
              edited
                  ? Math.max(EDITED_CLOSING_NANOS, configuration.timeouts().closingNanos())
                  : configuration.timeouts().closingNanos();
        };
  }

  private void expire(Connection connection, long nowNanos, PacketOutput out) {
    if (connection.state() == ConnectionState.OPENING) {
      counters.count(Reason.OPENING_TIMEOUT);
    }
    waiting.finish(connection, nowNanos, out);
    forget(connection);
  }

  private void forget(Connection connection) {
    deadlines.remove(connection);
    flows.remove(connection);
    connection.free();
  }
}
