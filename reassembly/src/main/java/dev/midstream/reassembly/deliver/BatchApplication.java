package dev.midstream.reassembly.deliver;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.AnswerKind;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.EditGuard;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.stream.Stream;

/** Applies the decisions of an agent as commands, first copies and opaque spans. */
final class BatchApplication {
  private final Vantage vantage;
  private final RelatedConnections related;
  private final Counters counters;
  private final EventSink events;
  private final EndOfEditing endOfEditing;
  private final EditGuard guard;
  private final OctetSlice held = new OctetSlice();

  BatchApplication(
      Vantage vantage,
      RelatedConnections related,
      Counters counters,
      EventSink events,
      EndOfEditing endOfEditing,
      EditGuard guard) {
    this.vantage = vantage;
    this.related = related;
    this.counters = counters;
    this.events = events;
    this.endOfEditing = endOfEditing;
    this.guard = guard;
  }

  /** Applies a batch that decides the octets at {@code shown}. */
  void apply(Connection connection, Direction direction, DecisionBatch batch, OctetSlice shown) {
    Stream stream = connection.stream(direction);
    stream.sender().cursor().beginCall();
    long toServerFrom = connection.stream(Direction.CLIENT_TO_SERVER).newEnd();
    long toClientFrom = connection.stream(Direction.SERVER_TO_CLIENT).newEnd();
    int at = 0;
    boolean ends = false;
    for (int i = 0; i < batch.size(); i++) {
      switch (batch.kind(i)) {
        case PASS -> at += passShown(connection, stream, shown, at, (int) batch.count(i));
        case REPLACE ->
            at += replace(connection, direction, shown, at, (int) batch.count(i), batch.octets(i));
        case NEED -> stream.sender().cursor().setNeedLength((int) batch.count(i));
        case AWAIT_OTHER -> stream.sender().cursor().awaitOther();
        case SKIP ->
            at += skip(connection, stream, shown, at, batch.viewLength() - at, batch.count(i));
        case DROP ->
            at += drop(connection, direction, shown, at, batch.viewLength() - at, batch.count(i));
        case SKIP_REST ->
            at += skip(connection, stream, shown, at, batch.viewLength() - at, Long.MAX_VALUE);
        case REPLY -> reply(connection, batch.direction(i), batch.octets(i));
        case FINISH, ABORT -> ends = true;
        case EXPECT -> related.expect(connection, batch.expectation(i), toServerFrom, toClientFrom);
        case UNEXPECT -> related.unexpect(connection, batch.expectation(i));
        case DETACH -> endOfEditing.detached(connection);
        case NOT_MINE -> endOfEditing.notMine(connection, batch.text(i));
        case RESET -> endOfEditing.agentResets(connection, batch.text(i));
        case COUNT -> count(connection, batch.reason(i), batch.text(i));
        case REPORT -> report(connection, Reason.REPORT, batch.text(i));
      }
    }
    if (ends) {
      endAll(connection, batch);
    }
  }

  /** Ends directions after all other answers of a batch, unless both ends are reset. */
  private void endAll(Connection connection, DecisionBatch batch) {
    for (int i = 0; i < batch.size() && connection.resetReason() == null; i++) {
      boolean aborts = batch.kind(i) == AnswerKind.ABORT;
      if (!aborts && batch.kind(i) != AnswerKind.FINISH) {
        continue;
      }
      if (connection.isPickedUp()) {
        counters.count(Reason.NOT_APPLIED);
      } else if (aborts) {
        abort(connection, batch, i);
      } else {
        finish(connection, batch.direction(i));
      }
    }
  }

  /** Whether a batch resets the other end of {@code towards} alone too. */
  private static boolean abortsBoth(DecisionBatch batch, Direction towards) {
    for (int i = 0; i < batch.size(); i++) {
      if (batch.kind(i) == AnswerKind.ABORT && batch.direction(i) != towards) {
        return true;
      }
    }
    return false;
  }

  /**
   * Ends both directions, and has the receiver of {@code towards} reset. What the other end lacks
   * is the engine's to send again, so it must be kept.
   */
  private void abort(Connection connection, DecisionBatch batch, int index) {
    Direction towards = batch.direction(index);
    String reason = batch.text(index);
    Stream other = connection.stream(towards.opposite());
    boolean inline = vantage == Vantage.INLINE && connection.handling() == Handling.EDITED;
    boolean kept = other.edits().isKeptFrom(other.acknowledged());
    boolean both = vantage == Vantage.INLINE && abortsBoth(batch, towards);
    if (both || (inline && !kept)) {
      endOfEditing.agentResets(connection, reason);
      return;
    }
    endOfEditing.agentAborts(connection, towards, reason);
    if (!other.edits().fin().isSettled()) {
      finish(connection, towards.opposite());
    }
    if (inline) {
      dropRest(connection, towards);
      connection.openPhase().wantAbort(towards);
      other.edits().commit().requestCustody(other.decided()); // its sender sends nothing again
    } else {
      finish(connection, towards);
    }
  }

  /**
   * Ends a direction after what is decided. Inline its receiver gets a FIN of the engine; in a
   * recording the sender's own FIN is mapped to this place when it comes.
   */
  private void finish(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.edits().fin().isSettled()) {
      counters.count(Reason.NOT_APPLIED);
      return;
    }
    if (connection.handling() != Handling.EDITED) {
      reportEdit(connection, direction, 0, 0);
      stream.edits().makeRestOpaque();
      return;
    }
    dropRest(connection, direction);
    if (vantage == Vantage.INLINE) {
      stream.edits().finish();
    }
  }

  /** Deletes what is undecided or still to come. */
  private void dropRest(Connection connection, Direction direction) {
    reportEdit(connection, direction, 0, 0);
    connection.stream(direction).edits().dropRest();
  }

  /** Passes or deletes held octets that lie in the present span. */
  void applySpans(Connection connection, Stream stream) {
    int dropped = dropNext(stream, stream.sender().undecided().length());
    if (dropped > 0) {
      stream.sender().dropHeld(dropped);
    }
    if (stream.edits().opaque().isOpen()) {
      passFront(connection, stream, stream.edits().opaque().end() - stream.decided());
    }
  }

  /**
   * Passes or deletes those of the {@code length} octets at {@code place}, which are next, that lie
   * in the present span; returns how many.
   */
  int applySpan(Connection connection, Stream stream, OctetSlice place, int length) {
    if (!stream.edits().opaque().isOpen()) {
      return dropNext(stream, length);
    }
    int opaque = (int) Math.min(length, stream.edits().opaque().end() - stream.decided());
    pass(connection, stream, place, 0, opaque);
    return opaque;
  }

  /** Passes all held octets. What the agent needed after them is no longer meant. */
  void passHeld(Connection connection, Stream stream) {
    stream.sender().cursor().beginCall();
    passFront(connection, stream, Long.MAX_VALUE);
  }

  private void passFront(Connection connection, Stream stream, long maxLength) {
    OctetBuffer undecided = stream.sender().undecided();
    int length = (int) Math.min(undecided.length(), maxLength);
    if (length > 0) {
      held.at(undecided.memory(), undecided.memoryOffset());
      pass(connection, stream, held, 0, length);
      stream.sender().dropHeld(length);
    }
  }

  private static void pass(
      Connection connection, Stream stream, OctetSlice place, int at, int length) {
    if (connection.handling() == Handling.EDITED) {
      stream.pass(place, at, length);
    } else {
      stream.passUnkept(length);
    }
  }

  private int passShown(
      Connection connection, Stream stream, OctetSlice shown, int at, int length) {
    counters.countDecided(length);
    pass(connection, stream, shown, at, length);
    return length;
  }

  private int replace(
      Connection connection,
      Direction direction,
      OctetSlice shown,
      int at,
      int orgLength,
      Octets octets) {
    Stream stream = connection.stream(direction);
    counters.countDecided(orgLength);
    if (connection.isPickedUp() && octets.length() != orgLength) {
      counters.count(Reason.NOT_APPLIED);
      pass(connection, stream, shown, at, orgLength);
      return orgLength;
    }
    reportEdit(connection, direction, orgLength, octets.length());
    if (connection.handling() == Handling.EDITED) {
      long offset = shown.offset() + at;
      if (!stream.sender().replaced().keep(stream.decided(), shown.memory(), offset, orgLength)) {
        report(connection, Reason.REPLACED_LIMIT, "what edits took out is forgotten");
      }
      stream.replace(orgLength, octets);
    } else {
      stream.passUnkept(orgLength);
    }
    return orgLength;
  }

  private void reportEdit(
      Connection connection, Direction direction, int orgLength, int newLength) {
    Stream stream = connection.stream(direction);
    boolean applied = beginEdit(connection);
    counters.countEdit(orgLength, newLength);
    stream.edits().countEdit();
    events.edit(connection.name(), direction, stream.decided(), orgLength, newLength, applied);
  }

  /** Whether an edit is applied; then nothing must pass unedited from now on. */
  private boolean beginEdit(Connection connection) {
    boolean isApplied = connection.handling() == Handling.EDITED;
    if (isApplied && vantage == Vantage.INLINE) {
      guard.hold(connection);
    }
    return isApplied;
  }

  /** Begins an opaque span. Its octets in the view, {@code left} at most, pass at once. */
  private static int skip(
      Connection connection, Stream stream, OctetSlice place, int at, int left, long count) {
    int shown = (int) Math.min(count, left);
    if (shown > 0) {
      pass(connection, stream, place, at, shown);
    }
    if (count == Long.MAX_VALUE) {
      stream.edits().makeRestOpaque();
    } else if (count > shown) {
      stream.edits().opaque().begin(count - shown);
    }
    return shown;
  }

  /**
   * Begins a dropped span. Its octets in the view, {@code left} at most, are deleted at once. Where
   * nothing may be deleted they pass unseen.
   */
  private int drop(
      Connection connection, Direction direction, OctetSlice place, int at, int left, long count) {
    Stream stream = connection.stream(direction);
    if (connection.isPickedUp()) {
      counters.count(Reason.NOT_APPLIED);
      return skip(connection, stream, place, at, left, count);
    }
    boolean applied = beginEdit(connection);
    int named = (int) Math.min(count, Integer.MAX_VALUE);
    counters.countEdit(0, 0);
    stream.edits().countEdit();
    events.edit(connection.name(), direction, stream.decided(), named, 0, applied);
    if (!applied) {
      return skip(connection, stream, place, at, left, count);
    }
    stream.edits().dropped().begin(count);
    return dropNext(stream, left);
  }

  /**
   * Deletes the next octets, as far as they lie in the present dropped span.
   *
   * @param length the number of octets that have come
   * @return how many are deleted
   */
  int dropNext(Stream stream, int length) {
    int dropped = stream.edits().dropped().covered(length);
    if (dropped > 0) {
      counters.countRemoved(dropped);
      stream.delete(dropped);
    }
    return dropped;
  }

  private void count(Connection connection, AgentReason reason, String text) {
    String code = connection.rule().agentName() + "." + reason.code();
    counters.countOfAgent(code);
    if (reason.consequence() == AgentReason.Consequence.DENIED) {
      counters.count(Reason.AGENT_DENIED);
    }
    events.agentEvent(code, connection.name(), text);
  }

  private void report(Connection connection, Reason reason, String text) {
    counters.count(reason);
    events.event(reason, connection.name(), text);
  }

  /** Inserts octets before the undecided ones of a direction, unless its end is decided. */
  private void reply(Connection connection, Direction direction, Octets octets) {
    Stream stream = connection.stream(direction);
    boolean over = stream.edits().fin().isSettled() || stream.edits().dropped().isEndless();
    if (over || connection.isPickedUp()) {
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
