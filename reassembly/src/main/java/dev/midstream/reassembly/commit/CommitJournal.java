package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record of a connection when something was decided or promised, once for each call of the
 * engine, at its end. What the record holds may leave and be acknowledged when it is committed; see
 * {@link dev.midstream.reassembly.stream.CommitLimit}. The SYN-ACK of an edited connection is kept
 * until the record of its opening is committed.
 */
public final class CommitJournal {
  private final CommitLog log;
  private final CommitMode mode;
  private final Counters counters;
  private final EventSink events;
  private final ConnectionSnapshot snapshot;
  private final StateWriter record = new StateWriter();
  private final PendingRecords pending = new PendingRecords();
  private final IdentityHashMap<Connection, HeldPackets> held = new IdentityHashMap<>();

  /** Appends to {@code log}. */
  public CommitJournal(
      CommitLog log, Counters counters, EventSink events, ConnectionSnapshot snapshot) {
    this.log = log;
    mode = log.mode();
    this.counters = counters;
    this.events = events;
    this.snapshot = snapshot;
  }

  /** Whether records are written. */
  public boolean isOn() {
    return mode.writesRecords();
  }

  /**
   * Where the packets go that a segment of {@code connection} causes: to {@code out}, or, if they
   * answer an opening of which no record is committed, into a store.
   */
  public PacketOutput outputFor(Connection connection, FrameView view, PacketOutput out) {
    boolean holds =
        mode.delaysOpening()
            && view.isSyn()
            && view.isAck()
            && connection.hasStreams()
            && connection.handling() == Handling.EDITED
            && !connection.seen().isOpeningCommitted();
    if (!holds) {
      return out;
    }
    counters.count(Reason.COMMIT_AWAITED);
    HeldPackets packets = held.computeIfAbsent(connection, key -> new HeldPackets());
    packets.clear();
    return packets;
  }

  /** Whether the record of the opening of {@code connection} is awaited. */
  public boolean isAwaited(Connection connection) {
    return !held.isEmpty() && held.containsKey(connection);
  }

  /** Keeps a packet that leaves in place, if {@code output} is a store. */
  public static Disposition keep(Disposition disposition, Packet packet, PacketOutput output) {
    if (output instanceof HeldPackets packets && disposition == Disposition.FORWARD) {
      packets.addInPlace(packet);
      return Disposition.TAKEN;
    }
    return disposition;
  }

  /** Writes a record of {@code connection} if the last one does not hold all that is decided. */
  public void note(Connection connection, long nowNanos) {
    if (!mode.writesRecords()
        || !(connection.phase() instanceof Open open)
        || open.handling() != Handling.EDITED
        || open.isWritten()) {
      return;
    }
    record.clear();
    UnwrittenState unwritten = snapshot.write(connection, record, nowNanos);
    if (unwritten != null) {
      goOnWithout(connection, open, unwritten);
      return;
    }
    open.noteWritten();
    pending.add(log.append(record), connection, open);
  }

  /** Goes on without records: the agent does not write its state. */
  private void goOnWithout(Connection connection, Open open, UnwrittenState unwritten) {
    open.stopCommit();
    connection.seen().markOpeningCommitted();
    events.agentFailed(
        unwritten.agent(),
        connection.rule().name(),
        connection.name(),
        unwritten.failure().kindAndPlace());
  }

  /**
   * Takes the next connection of which a record is committed, and notes what it holds; null if none
   * is. {@link #sendHeld} is due for it, and then what it waited for may leave.
   */
  public @Nullable Connection takeCommitted() {
    while (!pending.isEmpty() && pending.first().number() <= log.committed()) {
      PendingRecords.Entry entry = pending.first();
      Connection connection = entry.connection();
      boolean same = entry.commit();
      pending.removeFirst();
      if (same) {
        connection.seen().markOpeningCommitted();
        return connection;
      }
      held.remove(connection);
    }
    return null;
  }

  /** Sends what was kept of the opening of {@code connection}. */
  public void sendHeld(Connection connection, PacketOutput out) {
    HeldPackets packets = held.remove(connection);
    if (packets != null) {
      packets.sendAll(out);
    }
  }
}
