package dev.midstream.reassembly.deliver;

import dev.midstream.modcmd.agent.DecisionBatch;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.Stream;

/** Applies the decisions of an agent as commands, first copies and opaque spans. */
final class BatchApplication {
  private final RuleTable rules;
  private final ExpectationTable expectations;
  private final Counters counters;
  private final EventSink events;
  private final EndOfEditing endOfEditing;
  private final OctetSlice held = new OctetSlice();

  BatchApplication(
      RuleTable rules,
      ExpectationTable expectations,
      Counters counters,
      EventSink events,
      EndOfEditing endOfEditing) {
    this.rules = rules;
    this.expectations = expectations;
    this.counters = counters;
    this.events = events;
    this.endOfEditing = endOfEditing;
  }

  /** Applies a batch that decides the octets at {@code shown}. */
  void apply(Connection connection, Direction direction, DecisionBatch batch, OctetSlice shown) {
    Stream stream = connection.stream(direction);
    stream.sender().cursor().needLength(0);
    int at = 0;
    for (int i = 0; i < batch.size(); i++) {
      switch (batch.kind(i)) {
        case PASS -> at += passed(connection, stream, shown, at, (int) batch.count(i));
        case REPLACE -> {
          replace(connection, direction, shown, at, (int) batch.count(i), batch.octets(i));
          at += (int) batch.count(i);
        }
        case NEED -> stream.sender().cursor().needLength((int) batch.count(i));
        case SKIP -> at += skip(connection, stream, shown, batch, i, at);
        case SKIP_REST -> at += skip(connection, stream, shown, batch, i, at);
        case REPLY -> reply(connection, batch.direction(i), batch.octets(i));
        case EXPECT -> expect(connection, batch.expectation(i));
        case DETACH -> endOfEditing.detached(connection);
        case NOT_MINE -> endOfEditing.notMine(connection, batch.text(i));
        case RESET -> endOfEditing.agentResets(connection, batch.text(i));
        case REPORT -> report(connection, batch.text(i));
      }
    }
  }

  /** Passes held octets that lie in the present opaque span. */
  void passOpaque(Connection connection, Stream stream) {
    if (stream.edits().opaque().isOpen() && stream.sender().undecided().length() > 0) {
      passFront(
          connection,
          stream,
          (int)
              Math.min(
                  stream.sender().undecided().length(),
                  stream.edits().opaque().end() - stream.decided()));
    }
  }

  /** Passes all held octets. */
  void passHeld(Connection connection, Stream stream) {
    if (stream.sender().undecided().length() > 0) {
      passFront(connection, stream, stream.sender().undecided().length());
    }
  }

  private void passFront(Connection connection, Stream stream, int length) {
    held.at(stream.sender().undecided().memory(), stream.sender().undecided().memoryOffset());
    pass(connection, stream, held, 0, length);
    stream.sender().undecided().dropFront(length);
  }

  private int passed(Connection connection, Stream stream, OctetSlice shown, int from, int length) {
    counters.countShown(length);
    pass(connection, stream, shown, from, length);
    return length;
  }

  private static void pass(
      Connection connection, Stream stream, OctetSlice place, int from, int length) {
    if (connection.handling() == Handling.EDITED) {
      stream.pass(place, from, length);
    } else {
      stream.passUnkept(length);
    }
  }

  private void replace(
      Connection connection,
      Direction direction,
      OctetSlice shown,
      int from,
      int orgLength,
      Octets octets) {
    Stream stream = connection.stream(direction);
    counters.countShown(orgLength);
    if (connection.isPickedUp() && octets.length() != orgLength) {
      counters.count(Reason.NOT_APPLIED);
      pass(connection, stream, shown, from, orgLength);
      return;
    }
    reportEdit(connection, direction, orgLength, octets.length());
    if (connection.handling() == Handling.EDITED) {
      long offset = shown.offset() + from;
      if (!stream.sender().replaced().keep(stream.decided(), shown.memory(), offset, orgLength)) {
        counters.count(Reason.REPLACED_LIMIT);
        events.event(Reason.REPLACED_LIMIT, connection.name(), "what edits took out is forgotten");
      }
      stream.replace(orgLength, octets);
    } else {
      stream.passUnkept(orgLength);
    }
  }

  private void reportEdit(
      Connection connection, Direction direction, int orgLength, int newLength) {
    Stream stream = connection.stream(direction);
    counters.countEdit(orgLength, newLength);
    stream.edits().countEdit();
    events.edit(
        connection.name(),
        direction,
        stream.decided(),
        orgLength,
        newLength,
        connection.handling() == Handling.EDITED);
  }

  /** Begins an opaque span. Its octets in the view pass at once. */
  private int skip(
      Connection connection,
      Stream stream,
      OctetSlice place,
      DecisionBatch batch,
      int index,
      int at) {
    int left = batch.viewLength() - at;
    boolean rest = batch.kind(index) == DecisionBatch.Kind.SKIP_REST;
    int shown = rest ? left : (int) Math.min(batch.count(index), left);
    if (shown > 0) {
      pass(connection, stream, place, at, shown);
    }
    long still = rest ? Long.MAX_VALUE : batch.count(index) - shown;
    if (still > 0) {
      stream.edits().opaque().begin(still);
    }
    return shown;
  }

  private void report(Connection connection, String text) {
    counters.count(Reason.REPORT);
    events.event(Reason.REPORT, connection.name(), text);
  }

  /** Gives an expected connection the rule of its agent, whatever the rules match. */
  private void expect(Connection connection, Expectation expectation) {
    Rule rule = rules.firstWithAgent(expectation.agentName());
    if (rule == null) {
      counters.count(Reason.NOT_APPLIED);
      events.event(
          Reason.NOT_APPLIED,
          connection.name(),
          "no rule names the expected connection's agent agent=" + expectation.agentName());
      return;
    }
    if (!expectations.add(connection, expectation, rule, connection.seen().lastNanos())) {
      counters.count(Reason.REDIRECT_LIMIT);
    }
  }

  /** Inserts octets before the undecided ones of a direction, unless its end is decided. */
  private void reply(Connection connection, Direction direction, Octets octets) {
    Stream stream = connection.stream(direction);
    if (stream.edits().fin().isSettled() || connection.isPickedUp()) {
      counters.count(Reason.NOT_APPLIED);
      return;
    }
    reportEdit(connection, direction, 0, octets.length());
    if (connection.handling() == Handling.EDITED) {
      stream.reply(octets);
      stream.sender().pushMarks().addReply(stream.newEnd());
    }
  }
}
