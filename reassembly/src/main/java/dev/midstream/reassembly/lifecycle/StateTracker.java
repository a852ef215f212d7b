package dev.midstream.reassembly.lifecycle;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;

/**
 * How far connections have come. Of an edited connection inline only what is to be believed counts;
 * of all others nothing is known but what their packets say.
 */
public final class StateTracker {
  private final Vantage vantage;

  public StateTracker(Vantage vantage) {
    this.vantage = vantage;
  }

  /** Whether the numbers of a connection are known, and those of its segments are looked at. */
  public boolean isInline(Connection connection) {
    return vantage == Vantage.INLINE && connection.handling() == Handling.EDITED;
  }

  /** Whether packets are read from a recording, in which nobody can be kept out. */
  public boolean isRecording() {
    return vantage == Vantage.RECORDING;
  }

  /**
   * Whether a segment inline is damaged, so that nothing it says is to be believed; of one that a
   * capture cut off nobody can tell.
   */
  public boolean isDamaged(FrameView view) {
    return vantage == Vantage.INLINE
        && view.packet().checksumState() == ChecksumState.COMPLETE
        && view.isSegmentPresent()
        && !view.isTcpChecksumRight();
  }

  /** Follows a segment of a connection whose numbers are not looked at. */
  public void follow(Connection connection, Direction direction, FrameView view) {
    switch (connection.state()) {
      case TOMBSTONE -> {}
      case CLOSING -> revive(connection, view);
      case OPENING, ESTABLISHED -> {
        if (!isInline(connection)) {
          advance(connection, direction, view);
        }
      }
    }
  }

  /** A segment of a connection inline, not a SYN, may be what completes the handshake. */
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

  /** After a segment: whether both ends have finished, and know it of each other, by now. */
  public void close(Connection connection) {
    boolean open = connection.state() == ConnectionState.ESTABLISHED;
    if (open
        && isInline(connection)
        && connection.phase() instanceof Open both
        && both.isFinishAcknowledged()) {
      connection.enter(ConnectionState.CLOSING);
      connection.enterTimeWait();
    }
  }

  private void advance(Connection connection, Direction direction, FrameView view) {
    boolean ends = view.isRst() || view.isFin();
    if (ends && isDamaged(view)) {
      return;
    }
    if (view.isRst()) {
      connection.enter(ConnectionState.CLOSING);
      return;
    }
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (opens && connection.handshakes().isWhole() && !view.isSyn()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
    if (view.isFin()) {
      connection.finished(direction);
      if (connection.isFinished()) {
        connection.enter(ConnectionState.CLOSING);
      }
    }
  }

  /** Inline, octets behind a RST show that nobody believed it. */
  private void revive(Connection connection, FrameView view) {
    boolean reset = vantage == Vantage.INLINE && !connection.isFinished() && !isInline(connection);
    if (reset && view.payloadLength() > 0 && !view.isRst()) {
      connection.enter(ConnectionState.ESTABLISHED);
    }
  }
}
