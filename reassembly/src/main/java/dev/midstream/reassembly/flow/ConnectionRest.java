package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.StreamSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * What is not essential of a connection, as octets: hints, derived state, octets that their sender
 * sends again. An engine that reads it goes on as if nothing had happened.
 */
final class ConnectionRest {
  private static final int COUNTS = 3;

  /** The field of the most of it. */
  static final int REST = 4;

  private static final int RECORDED = 5;
  private static final int AWAITED = 6;

  private final StreamSnapshot streams;
  private final NameCodec names;

  /** What waits for custody in the connection that is read; null if nothing does. */
  private @Nullable StateReader awaited;

  ConnectionRest(StreamSnapshot streams, NameCodec names) {
    this.streams = streams;
    this.names = names;
  }

  /** Writes the fields of {@code connection} that only the whole of it has. */
  void write(Connection connection, StateWriter out, long nowNanos) {
    int rest = out.beginField(REST);
    writeRest(connection, out, nowNanos);
    out.endField(rest);
    if (!names.areText() && connection.phase() instanceof Open open) {
      int place = out.beginField(RECORDED);
      Direction.BOTH.forEach(each -> open.stream(each).headers().writeRecorded(out));
      out.endField(place);
    }
    if (connection.phase() instanceof Open open && isCustodyAwaited(open)) {
      int place = out.beginField(AWAITED);
      Direction.BOTH.forEach(each -> StreamSnapshot.writeAwaited(open.stream(each), out));
      out.endField(place);
    }
    if (!connection.reasons().isEmpty()) {
      int place = out.beginField(COUNTS);
      names.write(connection.reasons(), out);
      out.endField(place);
    }
  }

  private static boolean isCustodyAwaited(Open open) {
    return StreamSnapshot.isCustodyAwaited(open.stream(Direction.CLIENT_TO_SERVER))
        || StreamSnapshot.isCustodyAwaited(open.stream(Direction.SERVER_TO_CLIENT));
  }

  private void writeRest(Connection connection, StateWriter out, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        streams.writeRest(stream, connection.handling() != Handling.EDITED, out, nowNanos);
      }
    }
    RecordMark.writeAge(connection, out, nowNanos);
  }

  /** A connection is about to be read. */
  void begin() {
    awaited = null;
  }

  /**
   * Reads a field that {@link #write} wrote, or of a later version; the rest only of a connection
   * that is read as a {@code whole}.
   */
  void read(int tag, StateReader in, Connection connection, boolean whole, long nowNanos) {
    if (tag == COUNTS) {
      names.readCounts(in, connection.reasons());
    } else if (tag == REST && whole) {
      readRest(in, connection, nowNanos);
    } else if (tag == RECORDED && connection.phase() instanceof Open open) {
      Direction.BOTH.forEach(each -> open.stream(each).headers().readRecorded(in));
    } else if (tag == AWAITED && whole) {
      awaited = in;
    }
  }

  private void readRest(StateReader in, Connection connection, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        streams.readRest(in, stream, connection.handling() != Handling.EDITED, nowNanos);
      }
    }
    RecordMark.readAge(in, connection, nowNanos);
  }

  /** Asks for records of what waits for custody: none that was committed before has it. */
  void readAwaited(Open open) {
    StateReader in = awaited;
    if (in != null) {
      Direction.BOTH.forEach(each -> StreamSnapshot.readAwaited(in, open.stream(each)));
    }
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
