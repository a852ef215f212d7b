package dev.midstream.reassembly;

import dev.midstream.modcmd.call.ForeignFailure;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;

/** The end of an engine: of its input, or while connections still exist. */
final class EngineEnd {
  private final CurrentConnection current;
  private final ConnectionRegistry registry;
  private final FlowTable flows;
  private final InheritedConnections inherited;
  private final ConnectionParking parking;
  private final ConnectionTimers timers;
  private final FragmentReassembler fragments;
  private final FailureContainment containment;

  EngineEnd(
      CurrentConnection current,
      ConnectionRegistry registry,
      InheritedConnections inherited,
      ConnectionParking parking,
      ConnectionTimers timers,
      FragmentReassembler fragments,
      FailureContainment containment) {
    this.current = current;
    this.registry = registry;
    flows = registry.flows;
    this.inherited = inherited;
    this.parking = parking;
    this.timers = timers;
    this.fragments = fragments;
    this.containment = containment;
  }

  /** As {@link Engine#finish}. */
  void finish(long nowNanos, PacketOutput out) {
    flows.forEach(connection -> {
      current.set(connection);
      registry.fastPath.recall(connection, nowNanos);
      timers.flushAll(connection, nowNanos, out);
      connection.leaveUntouched();
    });
    parking.clear(); // they keep nothing
    registry.journal.forgetAll();
    registry.expectations.clear();
    fragments.flush(nowNanos, out);
  }

  /** As {@link Engine#leave}. */
  void leave(long nowNanos, PacketOutput out) {
    List<RuntimeException> failures = new ArrayList<>();
    while (inherited.size() > 0) {
      takeInherited(failures, nowNanos, out);
    }
    flows.visit(0, flows.slots(), connection -> leave(connection, failures, nowNanos, out));
    parking.forEach(connection -> leave(connection, failures, nowNanos, out));
    parking.clear();
    registry.journal.closeAll();
    fragments.flush(nowNanos, out);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /** Goes on with connections that wait still, to leave them as the others. */
  @SuppressWarnings("IllegalCatch") // as below
  private void takeInherited(List<RuntimeException> failures, long nowNanos, PacketOutput out) {
    try {
      inherited.takeSome(nowNanos, out);
    } catch (RuntimeException | Error e) {
      failures.add(asRuntimeException(e));
    }
  }

  private static RuntimeException asRuntimeException(Throwable failure) {
    return failure instanceof RuntimeException own ? own : new IllegalStateException(failure);
  }

  @SuppressWarnings("IllegalCatch") // a failure of one connection must not stop the others
  private void leave(
      Connection connection, List<RuntimeException> failures, long nowNanos, PacketOutput out) {
    current.set(connection);
    try {
      registry.fastPath.recall(connection, nowNanos);
      timers.leave(connection, nowNanos, out);
      connection.leaveUntouched();
    } catch (RuntimeException | Error e) {
      failures.add(asRuntimeException(e));
      containment.containLast(connection, ForeignFailure.text(e), nowNanos, out);
    }
  }
}
