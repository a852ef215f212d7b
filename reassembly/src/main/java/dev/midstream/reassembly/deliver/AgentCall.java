package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.Opening.Start;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One call of an agent. Its decisions are applied all or not at all (law 8). */
final class AgentCall {
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final Counters counters;
  private final EventSink events;
  private final CallMark mark = new CallMark();
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();

  AgentCall(
      BatchApplication application,
      EndOfEditing endOfEditing,
      Counters counters,
      EventSink events) {
    this.application = application;
    this.endOfEditing = endOfEditing;
    this.counters = counters;
    this.events = events;
  }

  /** The mark of the present call. */
  CallMark mark() {
    return mark;
  }

  /**
   * Delivers the first undecided octets, which lie at {@code shown}, and applies the decisions.
   *
   * @return the number of decided octets; 0 if the agent failed
   */
  int run(Connection connection, Direction direction, OctetSlice shown, int length, boolean flush) {
    Stream stream = connection.stream(direction);
    AgentCursor cursor = stream.sender().cursor();
    FinMap fin = stream.edits().fin();
    boolean ends = fin.isKnown() && stream.decided() + length >= fin.orgFin();
    view.show(shown.memory(), shown.offset(), length, stream.decided()).mark(ends, flush);
    if (ends) {
      markEnd(cursor);
    }
    batch.open(length, ends, connection.rule().reasons());
    String failure = callMarked(connection, direction);
    int decided = 0;
    if (failure != null) {
      endOfEditing.agentFailed(connection, failure);
    } else {
      application.apply(connection, direction, batch, shown);
      decided = batch.decidedOctets();
      stream.edits().setSpanEndOwed(batch.endsWithSpan());
    }
    cursor.setShownLength(length - decided);
    return decided;
  }

  /** Counts END_OF_STREAM if octets were left undecided: the agent must decide them now. */
  private void markEnd(AgentCursor cursor) {
    if (cursor.shownLength() > 0 && !cursor.isEndShown()) {
      counters.count(Reason.END_OF_STREAM);
    }
    cursor.markEndShown();
  }

  /** Calls the agent and reports a slow call; returns null, or the failure. */
  private @Nullable String callMarked(Connection connection, Direction direction) {
    mark.begin(connection);
    String failure;
    CallMark.End end;
    try {
      failure = call(connection, direction);
    } finally {
      end = mark.end();
    }
    if (end == CallMark.End.IN_TIME) {
      return failure;
    }
    counters.count(Reason.AGENT_SLOW);
    String text = "agent was slow agent=" + connection.rule().agentName() + " at=" + mark.where();
    events.event(Reason.AGENT_SLOW, connection.name(), text);
    return end == CallMark.End.GIVEN_UP ? "no decision in time" : failure;
  }

  /** Calls the agent; returns null, or the failure, which leaves the state unchanged. */
  private @Nullable String call(Connection connection, Direction direction) {
    Agent<?> agent = connection.rule().agent();
    if (agent == null) {
      return "rule without agent";
    }
    String failure = connection.terms().failure();
    if (failure != null) {
      return failure;
    }
    try {
      Object before = connection.openPhase().agentState();
      if (before == null) {
        before = agent.newConnection(openingOf(connection));
      }
      return callTyped(agent, before, connection, direction);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError thrown) {
      return thrown.toString();
    }
  }

  /** What the agent is told of a connection. The engine translates no addresses. */
  private static Opening openingOf(Connection connection) {
    Endpoint client = connection.sender(Direction.CLIENT_TO_SERVER);
    Endpoint server = connection.sender(Direction.SERVER_TO_CLIENT);
    Start start = connection.isPickedUp() ? Start.PICKED_UP : Start.WHOLE;
    boolean isEnforced = connection.handling() == Handling.EDITED;
    Octets context = connection.takeContext();
    return new Opening(client, server, client, server, start, isEnforced, context);
  }

  private <S> @Nullable String callTyped(
      Agent<S> agent, Object state, Connection connection, Direction direction) {
    @SuppressWarnings("unchecked") // the agent of the connection's rule made the state
    S before = (S) state;
    S after = agent.onOctets(before, direction, view, batch);
    if (batch.refusal() != null) {
      return batch.refusal();
    }
    Open phase = connection.openPhase();
    boolean changed = !Objects.equals(before, after);
    if (changed || phase.agentState() == null) {
      boolean toServer = agent.wantsFlush(after, Direction.CLIENT_TO_SERVER);
      boolean toClient = agent.wantsFlush(after, Direction.SERVER_TO_CLIENT);
      cursor(connection, Direction.CLIENT_TO_SERVER).setFlushed(toServer);
      cursor(connection, Direction.SERVER_TO_CLIENT).setFlushed(toClient);
    }
    phase.updateAgentState(after, changed);
    return null;
  }

  private static AgentCursor cursor(Connection connection, Direction direction) {
    return connection.stream(direction).sender().cursor();
  }
}
