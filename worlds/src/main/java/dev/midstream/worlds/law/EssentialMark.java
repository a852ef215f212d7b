package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.Phase;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the essential state of a connection has changed, so that it must be recorded. Opaque
 * octets that pass, acknowledgements, windows and timestamps change nothing essential.
 *
 * @param values the essential values, or what changes with them
 */
record EssentialMark(List<@Nullable Object> values) {

  /** The mark of {@code connection} as it is now. */
  static EssentialMark of(Connection connection) {
    List<@Nullable Object> values = new ArrayList<>();
    Handshakes handshakes = connection.handshakes();
    values.add(connection.state());
    values.add(connection.handling());
    values.add(connection.isPickedUp());
    values.add(connection.assignment().context().length());
    values.add(connection.seen().onlyDirection());
    values.add(handshakes.competing());
    values.add(handshakes.alternative());
    values.add(
        connection.phase() instanceof Phase.Open open ? open.agentState() : phaseOf(connection));
    for (Direction each : Direction.BOTH) {
      values.add(handshakes.of(each));
      values.add(connection.hasStreams() && connection.openPhase().isReceiverReset(each));
      Stream stream = connection.streamOrNull(each);
      values.add(mayClose(connection) && stream != null && stream.isFinAcknowledged());
      if (stream != null) {
        add(stream, connection.handling() == Handling.EDITED, values);
      }
    }
    return new EssentialMark(values);
  }

  /** Whether an end may be closed before the connection is, because it was answered first. */
  private static boolean mayClose(Connection connection) {
    return connection.hasStreams() && connection.openPhase().mayBeAnsweredFirst();
  }

  private static Phase phaseOf(Connection connection) {
    return connection.phase();
  }

  private static void add(Stream stream, boolean isEdited, List<@Nullable Object> values) {
    Edits edits = stream.edits();
    FinMap fin = edits.fin();
    values.add(edits.opaque().isOpen() && !fin.isSettled() ? -1L : stream.decided());
    values.add(edits.opaque().isOpen());
    values.add(edits.opaque().end());
    values.add(edits.dropped().end());
    values.add(edits.commands().offset());
    values.add(edits.count());
    values.add(edits.isSpanEndOwed());
    values.add(edits.custodyEnd());
    values.add(fin.isSettled() ? fin.newFin() : -1L);
    values.add(fin.isSettled() && fin.isReached());
    values.add(fin.isOwn());
    values.add(stream.receiver().sendWindow().isPickedUpHeard());
    values.add(stream.receiver().sendWindow().pickedUpPosition());
    values.add(stream.headers().isTemplateKnown());
    values.add(stream.headers().isTemplateOfSyn());
    values.add(stream.headers().hasTimestamps());
    values.add(stream.headers().hasMicroseconds());
    values.add(stream.headers().hopLimit().isKnown());
    if (!isEdited) {
      values.add(stream.heldEnd());
      values.add(fin.isKnown());
      values.add(stream.sender().delayed().length());
      values.add(Objects.hash(stream.sender().delayed().isEmpty()));
    }
  }
}
