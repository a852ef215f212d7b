package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.AgentFailure;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Vantage;

/**
 * Ends the editing of a connection or of one direction. All octets from the first undecided one are
 * opaque; those of a dropped span are decided. Earlier edits stay, so numbers remain shifted.
 */
public final class EndOfEditing {
  private final Vantage vantage;
  private final Counters counters;
  private final EventSink events;

  EndOfEditing(Vantage vantage, Counters counters, EventSink events) {
    this.vantage = vantage;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Ends the editing of both directions, and reports the reason. A connection that must be decided
   * is reset instead.
   */
  public void connection(Connection connection, Reason reason, String text) {
    boolean resets = connection.mustBeDecided(vantage);
    end(connection, resets ? OnFailure.RESET : OnFailure.PASS, reason, text);
  }

  /** Ends the editing of one direction, and reports the reason. */
  public void direction(Connection connection, Direction direction, Reason reason, String text) {
    report(connection, reason, text);
    connection.stream(direction).edits().makeRestOpaque();
  }

  void detached(Connection connection) {
    end(connection, OnFailure.PASS, Reason.DETACHED, "agent detached" + agent(connection));
  }

  void notMine(Connection connection, String reason) {
    String text = "agent does not know this protocol" + agent(connection) + " why=" + reason;
    end(connection, connection.terms().onNotMine(), Reason.NOT_MINE, text);
  }

  /** Treats a connection that was read without the state of its agent as one whose agent failed. */
  public void ifStateIsLost(Connection connection) {
    AgentFailure lost = connection.phase() instanceof Open open ? open.takeLostState() : null;
    if (lost != null) {
      agentFailed(connection, lost);
    }
  }

  /** Ends the editing of both directions as {@code on-agent-failure} says, and reports why. */
  void agentFailed(Connection connection, AgentFailure failure) {
    events.agentFailed(
        String.valueOf(connection.rule().agentName()),
        connection.rule().name(),
        connection.name(),
        failure.kindAndPlace());
    String text = "agent failed" + agent(connection) + " why=" + failure.textAndPlace();
    end(connection, connection.terms().onAgentFailure(), Reason.AGENT_FAILED, text);
  }

  void holdLimit(Connection connection, int heldBytes) {
    String text = "agent holds too much" + agent(connection) + " heldBytes=" + heldBytes;
    end(connection, connection.terms().onHoldLimit(), Reason.HOLD_LIMIT, text);
  }

  void agentResets(Connection connection, String reason) {
    reset(connection, Reason.AGENT_RESET, "agent resets" + agent(connection) + " why=" + reason);
  }

  void agentAborts(Connection connection, Direction towards, String reason) {
    String text = "agent resets one end" + agent(connection) + " towards=" + towards;
    report(connection, Reason.AGENT_ABORT, text + " why=" + reason);
  }

  private void end(Connection connection, OnFailure policy, Reason reason, String text) {
    switch (policy) {
      case PASS -> pass(connection, reason, text);
      case RESET -> reset(connection, reason, text);
    }
  }

  private void pass(Connection connection, Reason reason, String text) {
    report(connection, reason, text);
    connection.stream(Direction.CLIENT_TO_SERVER).edits().makeRestOpaque();
    connection.stream(Direction.SERVER_TO_CLIENT).edits().makeRestOpaque();
  }

  private void reset(Connection connection, Reason reason, String text) {
    report(connection, reason, text);
    connection.wantReset(reason);
  }

  private void report(Connection connection, Reason reason, String text) {
    counters.count(reason);
    events.event(reason, connection.name(), text);
  }

  private static String agent(Connection connection) {
    return " agent=" + connection.rule().agentName();
  }
}
