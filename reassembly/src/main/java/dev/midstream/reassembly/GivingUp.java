package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** Lets a mistake of the engine's own cost no more than the connection it was made on. */
final class GivingUp {
  private final AtWork atWork;
  private final FlowTable flows;
  private final Lifecycle lifecycle;
  private final ResetSender resets;
  private final Counters counters;
  private final EventSink events;

  GivingUp(Stages stages, AtWork atWork, FlowTable flows, Lifecycle lifecycle) {
    this.atWork = atWork;
    this.flows = flows;
    this.lifecycle = lifecycle;
    resets = stages.resets();
    counters = stages.counters();
    events = stages.events();
  }

  /**
   * Gives up the connection at work.
   *
   * @return what becomes of its packet; null if there is no such connection
   */
  @Nullable Disposition take(String failure, long nowNanos, PacketOutput out) {
    Connection connection = atWork.connection();
    if (connection == null || !flows.isKnown(connection)) {
      return null;
    }
    connection.rest().found(false);
    Disposition disposition = end(connection, failure, nowNanos, out);
    lifecycle.awaitAnew(connection);
    return disposition;
  }

  private Disposition end(Connection connection, String failure, long nowNanos, PacketOutput out) {
    return switch (connection.handling()) {
      case UNTOUCHED, MONITORED -> {
        counters.count(Reason.ENGINE_FAILED);
        events.event(Reason.ENGINE_FAILED, connection.name(), failure);
        connection.free();
        connection.handle(Handling.UNTOUCHED);
        yield Disposition.FORWARD;
      }
      case EDITED, DROPPED, REJECTED -> {
        resets.reset(connection, Reason.ENGINE_FAILED, failure, nowNanos, out);
        yield Disposition.TAKEN;
      }
    };
  }
}
