package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.AgentFailure;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.Stream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One call of an agent. Its decisions are applied all or not at all (law 8). */
final class AgentCall {
  private final BatchApplication application;
  private final EndOfEditing endOfEditing;
  private final Counters counters;
  private final EventSink events;
  private Inquiry inquiry = new Inquiry();

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
    return inquiry.mark();
  }

  /**
   * Leaves the present call to its thread, which will not return from it. The octets that it shows
   * stay in memory for ever.
   *
   * @return why it is left, for an event
   */
  String leave() {
    CallMark left = inquiry.mark();
    Connection connection = left.connection();
    inquiry = new Inquiry();
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.streamOrNull(direction);
      if (stream != null) {
        stream.sender().undecided().keepMemory();
      }
    }
    reportSlow(connection, left);
    return "agent did not return agent=" + connection.rule().agentName();
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
    Inquiry own = inquiry;
    own.view().show(shown.memory(), shown.offset(), length, stream.decided()).mark(ends, flush);
    if (ends) {
      markEnd(cursor);
    }
    DecisionBatch batch = own.batch();
    batch.open(length, ends, connection.rule().reasons());
    AgentFailure failure = ask(own, connection, direction);
    int decided = 0;
    if (failure != null) {
      endOfEditing.agentFailed(connection, failure);
    } else {
      own.applyState(connection);
      application.apply(connection, direction, batch, shown);
      decided = batch.decidedOctets();
      stream.edits().setSpanEndOwed(batch.endsWithSpan());
    }
    cursor.setShownLength(length - decided);
    own.view().show(MemorySegment.NULL, 0, 0, 0); // it keeps no memory until the next call
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
  private @Nullable AgentFailure ask(Inquiry own, Connection connection, Direction direction) {
    CallMark mark = own.mark();
    mark.begin(connection);
    AgentFailure failure;
    CallMark.End end;
    try {
      failure = own.ask(connection, direction);
    } finally {
      end = mark.end();
    }
    if (end == CallMark.End.IN_TIME) {
      return failure;
    }
    reportSlow(connection, mark);
    return end == CallMark.End.GIVEN_UP ? AgentFailure.found("no decision in time") : failure;
  }

  private void reportSlow(Connection connection, CallMark mark) {
    counters.count(Reason.AGENT_SLOW);
    String text = "agent was slow agent=" + connection.rule().agentName() + " at=" + mark.where();
    events.event(Reason.AGENT_SLOW, connection.name(), text);
  }
}
