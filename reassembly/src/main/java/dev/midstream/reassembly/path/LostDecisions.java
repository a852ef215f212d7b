package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.Stream;

/**
 * Resets a connection whose receiver has octets that an engine before this one decided, if their
 * records are lost and they cannot be decided again: the agent may decide otherwise, or the sender
 * does not send them again.
 */
public final class LostDecisions {
  private final Counters counters;
  private final EventSink events;

  public LostDecisions(Counters counters, EventSink events) {
    this.counters = counters;
    this.events = events;
  }

  /** Requests a reset of {@code connection} if it is due. */
  void judge(Connection connection, long nowNanos) {
    judge(connection, Direction.CLIENT_TO_SERVER, nowNanos);
    judge(connection, Direction.SERVER_TO_CLIENT, nowNanos);
  }

  private void judge(Connection connection, Direction direction, long nowNanos) {
    Stream stream = connection.stream(direction);
    InheritedOutput inherited = stream.receiver().inherited();
    inherited.updateForgotten(stream.heldEnd(), nowNanos);
    if (connection.resetReason() != null) {
      return;
    }
    if (inherited.isReplayUnsafe()) {
      reset(connection, direction, Reason.TAKEOVER_UNSAFE_REPLAY);
    } else if (inherited.forgottenNanos() <= nowNanos) {
      reset(connection, direction, Reason.TAKEOVER_LOST_DECISIONS);
    }
  }

  private void reset(Connection connection, Direction direction, Reason reason) {
    counters.count(reason);
    String text = "lost from offset=" + connection.stream(direction).decided();
    events.event(reason, connection.name(), text + " direction=" + direction);
    connection.wantReset(reason);
  }
}
