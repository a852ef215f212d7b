package dev.midstream.reassembly.lifecycle;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;

/**
 * Tracks the states of connections. For connections edited inline only acceptable segments count.
 * For others every packet counts, because their numbers are not tracked.
 */
public final class StateTracker {
  private final Vantage vantage;

  public StateTracker(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Whether the connection is edited inline: its numbers are tracked, its segments checked. */
  public boolean tracksNumbers(Connection connection) {
    return vantage == Vantage.INLINE && connection.handling() == Handling.EDITED;
  }

  /** Notes activity. An edited half-open connection is kept alive by SYNs alone. */
  public void touch(Connection connection, Direction direction, FrameView view, long nowNanos) {
    boolean halfOpen =
        connection.state() == ConnectionState.OPENING
            && tracksNumbers(connection)
            && !connection.handshakes().isWhole();
    if (!halfOpen || view.isSyn()) {
      connection.seen().touch(direction, nowNanos);
    }
  }

  /**
   * Updates the state after a segment. A connection edited inline advances in {@link #open} and
   * {@link #close}.
   */
  public void track(Connection connection, Direction direction, FrameView view) {
    switch (connection.state()) {
      case TOMBSTONE -> {}
      case CLOSING -> revive(connection, view);
      case OPENING, ESTABLISHED -> {
        if (!tracksNumbers(connection)) {
          advance(connection, direction, view);
        }
      }
    }
  }

  /**
   * Establishes an inline connection if the segment, which is not a SYN, completes its handshake.
   */
  public void open(Segment segment) {
    Connection connection = segment.connection();
    if (connection.state() != ConnectionState.OPENING || !segment.view().isAck()) {
      return;
    }
    Stream stream = segment.stream();
    Stream reverse = segment.reverse();
    long acknowledged = reverse.space().offsetOf(segment.view().acknowledgement(), 0);
    boolean answers = acknowledged >= 0 && acknowledged <= reverse.newNext();
    boolean fits = segment.orgStart() >= 0 && segment.orgStart() <= stream.sender().window().edge();
    if (answers && fits) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
  }

  /** Closes a connection after a segment, if both FINs are acknowledged. */
  public void close(Connection connection) {
    boolean open = connection.state() == ConnectionState.ESTABLISHED;
    if (open
        && tracksNumbers(connection)
        && connection.phase() instanceof Open both
        && both.isFinishAcknowledged()) {
      connection.enter(ConnectionState.CLOSING);
      connection.enterTimeWait();
    }
  }

  private void advance(Connection connection, Direction direction, FrameView view) {
    boolean ends = view.isRst() || view.isFin();
    if (ends && ChecksumCheck.isDamaged(vantage, view)) {
      return;
    }
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (view.isRst()) {
      if (!opens || mayEndOpening(connection, direction, view)) {
        connection.enter(ConnectionState.CLOSING);
      }
      return;
    }
    if (opens && connection.handshakes().isWhole() && !view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
    if (view.isFin()) {
      connection.seen().markFinished(direction);
      if (connection.seen().isFinished()) {
        connection.enter(ConnectionState.CLOSING);
      }
    }
  }

  /** Whether a RST may be of the known opening, and not of an older one of the same ends. */
  private boolean mayEndOpening(Connection connection, Direction direction, FrameView view) {
    Handshake own = connection.handshakes().of(direction);
    int start = own == null ? 0 : own.initialSequence() + 1;
    boolean foreign = own != null && view.sequence() != start;
    return !foreign || vantage == Vantage.RECORDING;
  }

  /**
   * Re-establishes a connection that a RST closed: inline, later octets show that the RST was
   * ignored.
   */
  private void revive(Connection connection, FrameView view) {
    boolean reset =
        vantage == Vantage.INLINE && !connection.seen().isFinished() && !tracksNumbers(connection);
    if (reset && view.payloadLength() > 0 && !view.isRst()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
  }
}
