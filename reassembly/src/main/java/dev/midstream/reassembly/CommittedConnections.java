package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** Goes on with connections of which records are committed. */
final class CommittedConnections {
  private final CurrentConnection current;
  private final FlowTable flows;
  private final CommitJournal journal;
  private final Stages stages;
  private final ConnectionLifecycle lifecycle;

  CommittedConnections(
      CurrentConnection current,
      FlowTable flows,
      CommitJournal journal,
      Stages stages,
      ConnectionLifecycle lifecycle) {
    this.current = current;
    this.flows = flows;
    this.journal = journal;
    this.stages = stages;
    this.lifecycle = lifecycle;
  }

  /** Sends and acknowledges what waited for the records that are committed. */
  void goOn(long nowNanos, PacketOutput out) {
    current.set(null);
    for (Connection next = takeNext(); next != null; next = takeNext()) {
      current.set(next);
      journal.sendHeld(next, out);
      stages.delivery().begin(nowNanos);
      stages.drain().sendAll(next, nowNanos, out);
      stages.duties().onCommitted(next, nowNanos, out);
      lifecycle.afterPacket(next, nowNanos);
      current.set(null);
    }
  }

  private @Nullable Connection takeNext() {
    Connection next = journal.takeCommitted();
    while (next != null && !flows.isKnown(next)) {
      next = journal.takeCommitted();
    }
    return next;
  }
}
