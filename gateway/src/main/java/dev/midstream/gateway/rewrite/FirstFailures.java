package dev.midstream.gateway.rewrite;

import dev.midstream.agent.Direction;
import dev.midstream.gateway.command.ErrorLines;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Keeps the first failure of each agent, and passes all events on. It writes the failures when the
 * work ends, since a line that shows the progress may stand on the terminal until then.
 */
final class FirstFailures implements EventSink, AutoCloseable {
  private final EventSink events;
  private final ErrorLines err;
  private final SequencedMap<String, String> lines = new LinkedHashMap<>();

  FirstFailures(EventSink events, ErrorLines err) {
    this.events = events;
    this.err = err;
  }

  /** Writes a warning for each agent that has failed, in the order of these failures. */
  @Override
  public void close() {
    err.warn(List.copyOf(lines.values()));
  }

  @Override
  public void agentFailed(String agent, String rule, String connection, String why) {
    lines.putIfAbsent(
        agent,
        "an agent failed, agent="
            + agent
            + " rule="
            + rule
            + " connection="
            + connection
            + " why="
            + why);
    events.agentFailed(agent, rule, connection, why);
  }

  @Override
  public void event(Reason reason, String connection, String text) {
    events.event(reason, connection, text);
  }

  @Override
  public void agentEvent(String code, String connection, String text) {
    events.agentEvent(code, connection, text);
  }

  @Override
  public void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {
    events.edit(connection, direction, orgStart, orgLength, newLength, carriedOut);
  }
}
