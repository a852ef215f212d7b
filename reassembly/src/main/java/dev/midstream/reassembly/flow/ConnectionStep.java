package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.CodecCall.Encoded;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.stream.StreamSnapshot;
import dev.midstream.reassembly.stream.StreamStep;
import org.jspecify.annotations.Nullable;

/**
 * What changed of an inspected connection since its last record, as octets: both directions in one,
 * so that a denied request and the reply to it are never apart.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the numbers of states are a part of the format
public final class ConnectionStep {
  private static final int STATE = 3;
  private static final int AGENT = 1 << 2;
  private static final int ABORTED_SHIFT = 3;
  private static final int ABORTED = 7;
  private static final int ASSURED = 1 << 6;

  private static final ConnectionState[] STATES = ConnectionState.values();

  private final StreamStep streams;

  ConnectionStep(StreamSnapshot streams) {
    this.streams = new StreamStep(streams);
  }

  /**
   * Writes what came since {@code since}, between two calls of the engine. A whole record must not
   * be due.
   *
   * @return null; or why nothing was written, if the codec of the agent fails
   */
  public @Nullable UnwrittenState write(
      Connection connection, RecordMark since, StateWriter out, long nowNanos) {
    Open open = (Open) connection.phase();
    boolean isAgentChanged = since.isAgentChanged(open);
    Encoded state = isAgentChanged ? AgentStateOctets.encode(connection) : Encoded.NONE;
    if (state.failure() != null) {
      return new UnwrittenState(String.valueOf(connection.rule().agentName()), state.failure());
    }
    out.octet(
        connection.state().ordinal()
            | (isAgentChanged ? AGENT : 0)
            | open.abortedEnd().number() << ABORTED_SHIFT
            | (connection.seen().isAssured() ? ASSURED : 0));
    if (isAgentChanged) {
      AgentStateOctets.write(state, out);
    }
    streams.write(open.stream(Direction.CLIENT_TO_SERVER), out, nowNanos);
    streams.write(open.stream(Direction.SERVER_TO_CLIENT), out, nowNanos);
    return null;
  }

  /** Adds what {@link #write} wrote to a connection that was read from the records before. */
  void read(StateReader in, Connection connection, ConnectionPlaces places, long nowNanos) {
    if (!(connection.phase() instanceof Open open)) {
      throw new MalformedState("step of a connection that is not inspected");
    }
    int first = in.octet();
    connection.enter(STATES[first & STATE]);
    if ((first & AGENT) != 0) {
      open.restoreAgent(AgentStateOctets.read(connection.rule(), in, places));
    }
    if ((first & ASSURED) != 0) {
      connection.seen().assure();
    }
    int aborted = first >>> ABORTED_SHIFT & ABORTED;
    if (aborted > AbortedEnd.LAST_NUMBER) {
      throw new MalformedState("no such end: number=" + aborted);
    }
    open.abortedEnd().read(aborted);
    streams.read(in, open.stream(Direction.CLIENT_TO_SERVER), nowNanos);
    streams.read(in, open.stream(Direction.SERVER_TO_CLIENT), nowNanos);
  }
}
