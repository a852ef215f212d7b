package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * Limits the effect of an exception or error in the engine: to the connection on which it occurred,
 * or to the connections of this engine if the state of the engine itself is in doubt.
 */
final class FailureContainment {
  private final Stages stages;
  private final CurrentConnection current;
  private final ConnectionRegistry registry;
  private final FlowTable flows;
  private final ConnectionParking parking;
  private final ConnectionLifecycle lifecycle;
  private final FragmentReassembler fragments;
  private final MemoryBudget budget;
  private final FrameView view;

  /** Creates the containment. {@code view} stands on the current packet, if there is one. */
  FailureContainment(
      Stages stages,
      CurrentConnection current,
      ConnectionRegistry registry,
      ConnectionParking parking,
      ConnectionLifecycle lifecycle,
      FragmentReassembler fragments,
      MemoryBudget budget,
      FrameView view) {
    this.stages = stages;
    this.current = current;
    this.registry = registry;
    flows = registry.flows;
    this.parking = parking;
    this.lifecycle = lifecycle;
    this.fragments = fragments;
    this.budget = budget;
    this.view = view;
  }

  /**
   * Gives up the current connection.
   *
   * @return the disposition of its packet; null if there is no current connection
   */
  @Nullable Disposition contain(String failure, long nowNanos, PacketOutput out) {
    return contain(Reason.ENGINE_FAILED, failure, nowNanos, out);
  }

  /** Gives up the connection of a call that has not returned, and ends what it was part of. */
  void containCall(String failure, long nowNanos, PacketOutput out) {
    stages.counters().endReplay();
    fragments.abandon();
    if (contain(Reason.AGENT_FAILED, failure, nowNanos, out) == null) {
      containAll(failure, nowNanos, out);
    }
  }

  private @Nullable Disposition contain(
      Reason reason, String failure, long nowNanos, PacketOutput out) {
    Connection failed = current.connection();
    Connection connection = failed == null ? null : flows.ofEnds(failed);
    if (connection == null) {
      return null;
    }
    registry.halfOpen.forget(connection);
    stages.counters().count(reason);
    current.set(null);
    stages.events().event(reason, connection.name(), failure);
    if (connection.handshakes().alternative() == failed) {
      registry.forgetAlternative(connection);
      return Disposition.TAKEN;
    }
    return connection == failed ? abandon(connection, nowNanos, out) : null;
  }

  /**
   * Gives up all connections. What they keep is freed, edited ones are reset, and the engine begins
   * anew. Allocates little, because memory may be exhausted.
   */
  void containAll(String failure, long nowNanos, PacketOutput out) {
    current.set(null);
    stages.counters().count(Reason.ENGINE_FAILED);
    flows.visit(0, flows.slots(), connection -> giveUp(connection, nowNanos, out));
    parking.forEach(connection -> giveUp(connection, nowNanos, out));
    clear();
    stages.events().event(Reason.ENGINE_FAILED, "", failure);
  }

  /** As {@link Engine#forgetAll}. */
  void forgetAll() {
    current.set(null);
    flows.visit(
        0,
        flows.slots(),
        connection -> {
          registry.fastPath.leave(connection);
          connection.free();
        });
    clear();
  }

  /** Begins anew with no connection, after all of them were freed. */
  private void clear() {
    registry.clear();
    registry.journal.closeAll();
    registry.expectations.clear();
    fragments.clear();
    budget.clear();
  }

  /** Gives up {@code connection} at the end of the engine. It stays in the table. */
  void containLast(Connection connection, String failure, long nowNanos, PacketOutput out) {
    stages.counters().count(Reason.ENGINE_FAILED);
    current.set(null);
    giveUp(connection, nowNanos, out);
    stages.events().event(Reason.ENGINE_FAILED, connection.name(), failure);
  }

  /** Resets a connection if it is edited, and frees it. A second failure must not keep the rest. */
  @SuppressWarnings("IllegalCatch") // as said above
  private void giveUp(Connection connection, long nowNanos, PacketOutput out) {
    try {
      registry.fastPath.recall(connection, nowNanos);
      if (connection.handling() == Handling.EDITED) {
        stages.resets().send(connection, nowNanos, out);
      }
    } catch (RuntimeException | Error _) {
      // Its ends find out by the next segment, for which no connection is known.
    } finally {
      connection.free();
    }
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
      registry.forget(connection);
      return Disposition.TAKEN;
    }
    connection.leaveUntouched();
    lifecycle.reschedule(connection, nowNanos);
    return view.isSyn() ? Disposition.TAKEN : Disposition.FORWARD;
  }
}
