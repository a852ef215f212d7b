package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.Opening.Start;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.AgentFailure;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is shown and what it answers. A call changes nothing else, so a thread that is left
 * behind in a call keeps its inquiry and disturbs no other one.
 */
final class Inquiry {
  private final CallMark mark = new CallMark();
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private @Nullable Object state;
  private boolean isChanged;
  private boolean isFlushKnown;
  private boolean flushesToServer;
  private boolean flushesToClient;

  /** The mark of the present call. */
  CallMark mark() {
    return mark;
  }

  /** The view that the next call shows. */
  MemoryView view() {
    return view;
  }

  /** The answers. */
  DecisionBatch batch() {
    return batch;
  }

  /**
   * Calls the agent; returns null, or the failure. An answer that was refused is the failure, also
   * if the agent has thrown after it.
   */
  @SuppressWarnings("IllegalCatch") // what an agent throws is its own failure
  @Nullable AgentFailure ask(Connection connection, Direction direction) {
    Agent<?> agent = connection.rule().agent();
    if (agent == null) {
      return AgentFailure.found("rule without agent");
    }
    String failure = connection.terms().failure();
    if (failure != null) {
      return new AgentFailure(failure, "failed when it was asked for its terms", "");
    }
    try {
      Object before = connection.openPhase().agentState();
      boolean isFirst = before == null;
      if (before == null) {
        before = agent.newConnection(openingOf(connection));
      }
      if (before == null) {
        return AgentFailure.found("newConnection returned null");
      }
      return askTyped(agent, before, isFirst, direction);
    } catch (Throwable thrown) {
      AgentFailure failed = AgentFailure.thrown(thrown, Inquiry.class);
      return batch.refusal() == null ? failed : AgentFailure.found(batch.refusal());
    }
  }

  /** Applies the state that the agent has returned. */
  void applyState(Connection connection) {
    if (isFlushKnown) {
      cursor(connection, Direction.CLIENT_TO_SERVER).setFlushed(flushesToServer);
      cursor(connection, Direction.SERVER_TO_CLIENT).setFlushed(flushesToClient);
    }
    Open phase = connection.openPhase();
    phase.updateAgentState(Objects.requireNonNull(state), isChanged);
    state = null;
  }

  private <S> @Nullable AgentFailure askTyped(
      Agent<S> agent, Object state, boolean isFirst, Direction direction) {
    @SuppressWarnings("unchecked") // the agent of the connection's rule made the state
    S before = (S) state;
    S after = agent.onOctets(before, direction, view, batch);
    if (batch.refusal() != null) {
      return AgentFailure.found(batch.refusal());
    }
    if (after == null) {
      return AgentFailure.found("onOctets returned null");
    }
    isChanged = !Objects.equals(before, after);
    isFlushKnown = isChanged || isFirst;
    if (isFlushKnown) {
      flushesToServer = agent.wantsFlush(after, Direction.CLIENT_TO_SERVER);
      flushesToClient = agent.wantsFlush(after, Direction.SERVER_TO_CLIENT);
    }
    this.state = after;
    return null;
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

  private static AgentCursor cursor(Connection connection, Direction direction) {
    return connection.stream(direction).sender().cursor();
  }
}
