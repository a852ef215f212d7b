package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.answer.Answering;
import dev.midstream.reassembly.custody.CustodyTaking;
import dev.midstream.reassembly.custody.Retransmission;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Pace;
import dev.midstream.reassembly.flow.Rest;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.reassembly.store.Ledger;
import dev.midstream.wire.packet.PacketOutput;

/**
 * What the engine does inline as an end of its own, behind every packet and timer of an edited
 * connection: it takes custody, acknowledges, repeats. A recording needs nothing of it.
 */
final class Aftercare {
  private final Reading reading;
  private final Ledger ledger;
  private final CustodyTaking custody;
  private final Answering answering;
  private final Retransmission retransmission;
  private final Emission emission;
  private final Remainder remainder;

  Aftercare(
      Reading reading,
      Ledger ledger,
      Emission emission,
      CustodyTaking custody,
      Answering answering,
      Retransmission retransmission,
      Remainder remainder) {
    this.reading = reading;
    this.ledger = ledger;
    this.emission = emission;
    this.custody = custody;
    this.answering = answering;
    this.retransmission = retransmission;
    this.remainder = remainder;
  }

  /** Follows a packet of {@code connection}, after everything it caused has left. */
  void follow(Connection connection, long nowNanos, long timeNanos, PacketOutput output) {
    if (!concerns(connection)) {
      return;
    }
    for (Direction direction : Remainder.DIRECTIONS) {
      Stream stream = connection.stream(direction);
      stream.headers().pathLimit().age(nowNanos);
      custody.consider(connection, stream, nowNanos);
      answering.refresh(connection, direction);
      if (answering.isAnything(connection, direction)) {
        answering.send(connection, direction, nowNanos, timeNanos, output);
      }
      retransmission.follow(connection, direction, nowNanos, output);
      awaitStep(stream, nowNanos);
    }
    if (connection.resetReason() != null) {
      remainder.sendAll(connection, timeNanos, output);
    }
    connection.rest().found(isAtRest(connection));
  }

  /**
   * Follows a segment that came to a connection at rest and has left as it was.
   *
   * @return whether that was all there is to do
   */
  boolean followPlain(Connection connection, long nowNanos) {
    boolean atRest = !ledger.isUnderPressure() && Rest.isPlain(connection);
    if (atRest) {
      for (Direction direction : Remainder.DIRECTIONS) {
        retransmission.followPlain(connection.stream(direction), nowNanos);
      }
      connection.rest().found(true);
    }
    return atRest;
  }

  /** Whether a segment that passes as it is would leave nothing to do here. */
  boolean isAtRest(Connection connection) {
    return !ledger.isUnderPressure()
        && concerns(connection)
        && connection.state() == ConnectionState.ESTABLISHED
        && connection.ends().isSettled()
        && Rest.isPlain(connection)
        && Rest.isSettled(connection)
        && !answering.isWindowGrown(connection, connection.stream(Direction.CLIENT_TO_SERVER))
        && !answering.isWindowGrown(connection, connection.stream(Direction.SERVER_TO_CLIENT));
  }

  private void awaitStep(Stream stream, long nowNanos) {
    Pace pace = stream.pace();
    if (!pace.isOn()) {
      return;
    }
    long waitingBytes = stream.newEnd() - stream.releasedEnd();
    if (waitingBytes == 0) {
      pace.stop();
    } else if (pace.end() <= stream.releasedEnd()) {
      long roundTripNanos = stream.roundTrip().smoothedNanos();
      pace.await(waitingBytes, emission.pieceBytes(stream), roundTripNanos, nowNanos);
    } else {
      pace.awaitPacket();
    }
  }

  /** More of {@code connection} is kept elsewhere than before. */
  void onCopied(Connection connection, long nowNanos, PacketOutput output) {
    if (!concerns(connection)) {
      return;
    }
    for (Direction direction : Remainder.DIRECTIONS) {
      custody.onCopied(connection, connection.stream(direction));
    }
    follow(connection, nowNanos, nowNanos, output);
  }

  /** Does what is due. */
  void onTimer(Connection connection, long nowNanos, PacketOutput output) {
    if (!concerns(connection)) {
      return;
    }
    for (Direction direction : Remainder.DIRECTIONS) {
      retransmission.onTimer(connection, direction, nowNanos, output);
      Stream stream = connection.stream(direction);
      if (stream.pace().nextNanos() <= nowNanos) {
        stream.pace().step(stream.releasedEnd(), emission.pieceBytes(stream), 0);
      }
    }
    remainder.sendAll(connection, nowNanos, output);
    follow(connection, nowNanos, nowNanos, output);
  }

  /** When something is due. */
  long dueNanos(Connection connection) {
    if (!concerns(connection)) {
      return Long.MAX_VALUE;
    }
    long due = Long.MAX_VALUE;
    for (Direction direction : Remainder.DIRECTIONS) {
      Stream stream = connection.stream(direction);
      due = Math.min(due, retransmission.dueNanos(stream));
      due = Math.min(due, stream.pace().nextNanos());
      due = Math.min(due, answering.dueNanos(stream));
      due = Math.min(due, custody.dueNanos(connection, stream));
    }
    return due;
  }

  private boolean concerns(Connection connection) {
    return concerns(reading, connection);
  }

  /** Whether the engine is an end of its own between the two of {@code connection}. */
  static boolean concerns(Reading reading, Connection connection) {
    return reading == Reading.EDITED
        && connection.handling() == Handling.EDITED
        && connection.hasStreams()
        && !connection.isPickedUp();
  }
}
