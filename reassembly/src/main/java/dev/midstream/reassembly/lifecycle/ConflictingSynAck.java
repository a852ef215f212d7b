package dev.midstream.reassembly.lifecycle;

import dev.midstream.modcmd.agent.Direction;
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
 * Follows an opening whose SYN is answered twice, with two initial numbers: the one its client
 * acknowledges is the connection's. Until then each answer has a connection of its own, of which
 * only the first is found by its ends; a third answer takes the second one's place.
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

  /** What {@code connection} is if the SYN-ACK in {@code view} counts. */
  public Connection alternative(Connection connection, FrameView view) {
    counters.count(Reason.SYN_REPEATED);
    Connection known = connection.handshakes().alternative();
    if (known != null && isOf(known, view.sequence())) {
      return known;
    }
    drop(connection);
    Connection other = connection.twin();
    Handshake client = connection.handshakes().of(Direction.CLIENT_TO_SERVER);
    if (client == null) {
      throw new IllegalStateException("answered but not opened: " + connection.name());
    }
    opening.agreeOn(other, Direction.CLIENT_TO_SERVER, client, view.ipVersion());
    opening.handshake(other, Direction.SERVER_TO_CLIENT, view);
    connection.handshakes().alternative(other);
    return other;
  }

  /** What {@code connection} is now that its client sent the segment in {@code view}, no SYN. */
  public Connection chosen(Connection connection, FrameView view) {
    Connection other = connection.handshakes().alternative();
    if (other == null || !view.isAck() || view.isRst()) {
      return connection;
    }
    int answered = SequenceSpace.startingAt(view.acknowledgement()).initialSequence();
    boolean changes = connection.state() == ConnectionState.OPENING && isOf(other, answered);
    if (changes) {
      connection.handshakes().alternative(null);
      flows.replace(connection, other);
      deadlines.remove(connection);
      connection.free();
      return other;
    }
    if (connection.state() != ConnectionState.OPENING) {
      drop(connection);
    }
    return connection;
  }

  /** Forgets what {@code connection} could have been. */
  public void drop(Connection connection) {
    Connection other = connection.handshakes().alternative();
    if (other != null) {
      deadlines.remove(other);
      other.free();
      connection.handshakes().alternative(null);
    }
  }

  private static boolean isOf(Connection connection, int serverSequence) {
    Handshake server = connection.handshakes().of(Direction.SERVER_TO_CLIENT);
    return server != null && server.initialSequence() == serverSequence;
  }
}
