package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** Limits the effect of an exception in the engine to the connection on which it occurred. */
final class FailureContainment {
  private final Stages stages;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final ConnectionLifecycle lifecycle;
  private final FrameView view;

  /** Creates the containment. {@code view} stands on the current packet, if there is one. */
  FailureContainment(
      Stages stages,
      CurrentConnection current,
      FlowTable flows,
      ConnectionLifecycle lifecycle,
      FrameView view) {
    this.stages = stages;
    this.current = current;
    this.flows = flows;
    this.lifecycle = lifecycle;
    this.view = view;
  }

  /**
   * Gives up the current connection.
   *
   * @return the disposition of its packet; null if there is no current connection
   */
  @Nullable Disposition contain(String failure, long nowNanos, PacketOutput out) {
    Connection failed = current.connection();
    Connection connection = failed == null ? null : flows.ofEnds(failed);
    if (connection == null) {
      return null;
    }
    stages.counters().count(Reason.ENGINE_FAILED);
    current.set(null);
    stages.events().event(Reason.ENGINE_FAILED, connection.name(), failure);
    if (connection.handshakes().alternative() == failed) {
      lifecycle.forgetAlternative(connection);
      return Disposition.TAKEN;
    }
    return connection == failed ? abandon(connection, nowNanos, out) : null;
  }

  private Disposition abandon(Connection connection, long nowNanos, PacketOutput out) {
    connection.setAtRest(false);
    switch (connection.handling()) {
      case UNTOUCHED, MONITORED -> {
        return release(connection, nowNanos);
      }
      case EDITED -> stages.resets().send(connection, nowNanos, out);
      case DROPPED, REJECTED -> connection.free();
    }
    lifecycle.reschedule(connection, nowNanos);
    return Disposition.TAKEN;
  }

  /**
   * Lets a connection pass uninspected from now on. A SYN that could not be processed is dropped;
   * its sender retransmits it.
   */
  private Disposition release(Connection connection, long nowNanos) {
    if (connection.state() == ConnectionState.OPENING) {
      lifecycle.forget(connection);
      return Disposition.TAKEN;
    }
    connection.leaveUntouched();
    lifecycle.reschedule(connection, nowNanos);
    return view.isSyn() ? Disposition.TAKEN : Disposition.FORWARD;
  }
}
