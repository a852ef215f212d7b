package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.StreamSnapshot;

/**
 * What is not essential of a connection, as octets: hints, derived state, octets that their sender
 * sends again. An engine that reads it goes on as if nothing had happened.
 */
final class ConnectionRest {
  private final StreamSnapshot streams;

  ConnectionRest(StreamSnapshot streams) {
    this.streams = streams;
  }

  void write(Connection connection, StateWriter out, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        streams.writeRest(stream, connection.handling() != Handling.EDITED, out, nowNanos);
      }
    }
    RecordMark.writeAge(connection, out, nowNanos);
  }

  void read(StateReader in, Connection connection, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        streams.readRest(in, stream, connection.handling() != Handling.EDITED, nowNanos);
      }
    }
    RecordMark.readAge(in, connection, nowNanos);
  }

  /**
   * Checks the numbers of both streams after all of them are known, finds what records left out,
   * and charges their memory.
   *
   * @throws MalformedState if those of one contradict each other
   */
  static void complete(Connection connection, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        StreamSnapshot.requireConsistent(stream);
        if (connection.handling() == Handling.EDITED && !connection.isPickedUp()) {
          stream.edits().omitted().noteMissing(nowNanos);
        }
        stream.memory().updateCharge();
      }
    }
  }
}
