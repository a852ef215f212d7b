package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.wire.header.FrameView;

/**
 * Handles a SYN that gets two SYN-ACKs with different initial sequence numbers. The connection is
 * the one that the client acknowledges. Until then each SYN-ACK has a connection, of which only the
 * first is in the flow table. A third SYN-ACK replaces the second.
 */
public final class ConflictingSynAck {
  private final FlowTable flows;
  private final Deadlines deadlines;
  private final ConnectionOpening opening;
  private final Counters counters;

  public ConflictingSynAck(
      FlowTable flows, Deadlines deadlines, ConnectionOpening opening, Counters counters) {
    this.flows = flows;
    this.deadlines = deadlines;
    this.opening = opening;
    this.counters = counters;
  }

  /**
   * The connection that the SYN-ACK in {@code view} would open in place of {@code connection}. It
   * is created if necessary.
   */
  public Connection openAlternative(Connection connection, FrameView view) {
    counters.count(Reason.SYN_REPEATED);
    Connection known = connection.handshakes().alternative();
    if (known != null && isOf(known, view.sequence())) {
      return known;
    }
    drop(connection);
    Connection other = connection.createTwin();
    Handshake client = connection.handshakes().known(Direction.CLIENT_TO_SERVER);
    opening.agreeOn(other, Direction.CLIENT_TO_SERVER, client, view.ipVersion());
    opening.takeHandshake(other, Direction.SERVER_TO_CLIENT, view);
    connection.handshakes().setAlternative(other);
    return other;
  }

  /**
   * Chooses between {@code connection} and its alternative when the client sends the segment in
   * {@code view}, which is not a SYN. Returns the chosen one.
   */
  public Connection choose(Connection connection, FrameView view) {
    Connection other = connection.handshakes().alternative();
    if (other == null || !view.isAck() || view.isRst()) {
      return connection;
    }
    int answered = SequenceSpace.startingAt(view.acknowledgement()).initialSequence();
    boolean isOpening = connection.state() == ConnectionState.OPENING;
    if (isOpening && isOf(other, answered)) {
      connection.handshakes().setAlternative(null);
      flows.replace(connection, other);
      deadlines.remove(connection);
      connection.free();
      return other;
    }
    if (!isOpening) {
      drop(connection);
    }
    return connection;
  }

  /** Drops the alternative of {@code connection}. */
  public void drop(Connection connection) {
    Connection other = connection.handshakes().alternative();
    if (other != null) {
      other.free();
      connection.handshakes().setAlternative(null);
    }
  }

  private static boolean isOf(Connection connection, int serverSequence) {
    Handshake server = connection.handshakes().of(Direction.SERVER_TO_CLIENT);
    return server != null && server.initialSequence() == serverSequence;
  }
}
