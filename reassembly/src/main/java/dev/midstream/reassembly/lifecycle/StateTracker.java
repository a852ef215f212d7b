package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
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
  /** Octets on a SYN, which may be acknowledged together with it. */
  private static final int MAX_ON_SYN_BYTES = 65_535;

  private final Vantage vantage;

  public StateTracker(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Whether the connection is edited inline: its numbers are tracked, its segments checked. */
  public boolean tracksNumbers(Connection connection) {
    return vantage == Vantage.INLINE && connection.handling() == Handling.EDITED;
  }

  /**
   * Notes activity. An edited half-open connection is kept alive by SYNs alone, a closed one not by
   * its own.
   */
  public void touch(Connection connection, Direction direction, FrameView view, long nowNanos) {
    boolean halfOpen =
        connection.state() == ConnectionState.OPENING
            && tracksNumbers(connection)
            && !connection.handshakes().isWhole();
    if (!isLateSyn(connection, direction, view) && (!halfOpen || view.isSyn())) {
      connection.seen().touch(direction, nowNanos);
    }
  }

  /** Whether an edited connection is closed and its SYN comes again. */
  private boolean isLateSyn(Connection connection, Direction direction, FrameView view) {
    if (connection.state() != ConnectionState.CLOSING || !view.isSyn()) {
      return false;
    }
    Handshake known = connection.handshakes().of(direction);
    return tracksNumbers(connection) && known != null && known.initialSequence() == view.sequence();
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
   * After a takeover it may acknowledge octets that the engine before let through. Then the other
   * end has acknowledged the SYN of the segment's end, maybe with a SYN-ACK that is in no record:
   * that of a simultaneous open.
   */
  public void open(Segment segment) {
    Connection connection = segment.connection();
    if (connection.state() != ConnectionState.OPENING || !segment.view().isAck()) {
      return;
    }
    Stream stream = segment.stream();
    Stream reverse = segment.reverse();
    long acknowledged = reverse.space().offsetOf(segment.view().acknowledgement(), 0);
    boolean answers = acknowledged >= 0 && !reverse.receiver().isBeyondSent(acknowledged);
    boolean fits = segment.orgStart() >= 0 && segment.orgStart() <= stream.sender().window().edge();
    if (answers && fits) {
      connection.enter(ConnectionState.ESTABLISHED);
      if (reverse.headers().acknowledgement() == Long.MIN_VALUE) {
        Takeover.advertise(connection, stream);
      }
    }
  }

  /**
   * Closes a connection after a segment, if both FINs are acknowledged. A receiver that got a FIN
   * of the engine may be closed before the sender: then the engine answers what the sender sends
   * again, and keeps the streams for it.
   */
  public void close(Connection connection) {
    boolean open = connection.state() == ConnectionState.ESTABLISHED;
    if (open
        && tracksNumbers(connection)
        && connection.phase() instanceof Open both
        && both.isFinishAcknowledged()
        && both.isCommitted()) {
      connection.enter(ConnectionState.CLOSING);
      if (!both.mayBeAnsweredFirst()) {
        connection.enterTimeWait();
      }
    }
  }

  private void advance(Connection connection, Direction direction, FrameView view) {
    boolean ends = view.isRst() || view.isFin();
    if (ends && ChecksumCheck.isDamaged(vantage, view)) {
      return;
    }
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (view.isRst()) {
      if (opens
          ? mayEndOpening(connection, direction, view)
          : mayEnd(connection, direction, view)) {
        connection.enter(ConnectionState.CLOSING);
      }
      return;
    }
    if (opens && connection.handshakes().isWhole() && !view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
    if (view.isFin() && !isMonitored(connection)) {
      connection.seen().markFinished(direction);
    }
    if (connection.seen().isFinished()) {
      connection.enter(ConnectionState.CLOSING);
    }
  }

  /** Whether the octets of the connection are followed inline, so that their FINs are known. */
  private boolean isMonitored(Connection connection) {
    return vantage == Vantage.INLINE
        && connection.handling() == Handling.MONITORED
        && connection.phase() instanceof Open;
  }

  /**
   * Whether a RST may end an established connection. It is exact if it has the next number of its
   * sender, or the one that its sender was last acknowledged (RFC 5961 section 3.2).
   */
  private boolean mayEnd(Connection connection, Direction direction, FrameView view) {
    if (!isMonitored(connection)) {
      return true;
    }
    Stream stream = connection.stream(direction);
    long position = stream.space().offsetOf(view.sequence(), stream.orgNext());
    return position == stream.orgNext()
        || position == stream.heldEnd()
        || position == stream.receiver().sendWindow().orgAcknowledged();
  }

  /**
   * Whether a RST may be of the known opening, and not of an older one of the same ends. Before the
   * SYN of its end it must acknowledge the SYN of the other end (RFC 9293 section 3.10.7.3).
   */
  private boolean mayEndOpening(Connection connection, Direction direction, FrameView view) {
    Handshake own = connection.handshakes().of(direction);
    Handshake other = connection.handshakes().of(direction.opposite());
    if (vantage == Vantage.RECORDING) {
      return true;
    }
    if (own != null) {
      return view.sequence() == own.initialSequence() + 1;
    }
    return view.isAck()
        && other != null
        && other.isAcknowledgedBy(view.acknowledgement(), MAX_ON_SYN_BYTES);
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
