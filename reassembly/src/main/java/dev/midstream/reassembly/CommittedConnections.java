package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.WaitingBytes;
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
  private final ExpectationRecords expectations;
  private final Stages stages;
  private final ConnectionLifecycle lifecycle;

  CommittedConnections(
      CurrentConnection current,
      FlowTable flows,
      CommitJournal journal,
      ExpectationRecords expectations,
      Stages stages,
      ConnectionLifecycle lifecycle) {
    this.current = current;
    this.flows = flows;
    this.journal = journal;
    this.expectations = expectations;
    this.stages = stages;
    this.lifecycle = lifecycle;
  }

  /** Sends and acknowledges what waited for the records that are committed. */
  void goOn(long nowNanos, PacketOutput out) {
    current.set(null);
    journal.sendHeld(out);
    for (Connection next = takeNext(); next != null; next = takeNext()) {
      goOn(next, nowNanos, out);
    }
  }

  /** Sends and acknowledges what {@code connection} kept back, and may not keep back any more. */
  void goOn(Connection connection, long nowNanos, PacketOutput out) {
    current.set(connection);
    stages.delivery().begin(nowNanos);
    stages.drain().sendAll(connection, nowNanos, out);
    stages.duties().onCommitted(connection, nowNanos, out);
    lifecycle.afterPacket(connection, nowNanos);
    current.set(null);
  }

  /** What waits for records now, of expectations, too. */
  WaitingBytes waiting() {
    WaitingBytes waiting = journal.waiting();
    return new WaitingBytes(waiting.charged(), waiting.kept() + expectations.bytes());
  }

  private @Nullable Connection takeNext() {
    Connection next = takeAny();
    while (next != null && !flows.isKnown(next)) {
      next = takeAny();
    }
    return next;
  }

  private @Nullable Connection takeAny() {
    Connection next = journal.takeCommitted();
    return next == null ? expectations.takeCommitted() : next;
  }
}
