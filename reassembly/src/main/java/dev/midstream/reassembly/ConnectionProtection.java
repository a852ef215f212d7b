package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.stream.CommitLimit;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Protects all connections by records, or goes on without, as the state of the log says. A log that
 * refuses records ends this engine: it forgets its connections, and drops their packets.
 */
final class ConnectionProtection {
  private final CommitJournal journal;
  private final CommittedConnections commits;
  private final ConnectionRegistry registry;
  private final ExpectationRecords expectations;
  private final ConnectionParking parking;
  private final ConnectionMoves moves;
  private final InheritedConnections inherited;
  private final FragmentReassembler fragments;
  private final Handoff handoff;
  private final EventSink events;

  ConnectionProtection(
      Stages stages,
      CommittedConnections commits,
      ConnectionRegistry registry,
      ExpectationRecords expectations,
      ConnectionParking parking,
      ConnectionMoves moves,
      InheritedConnections inherited,
      FragmentReassembler fragments,
      Handoff handoff) {
    journal = registry.journal;
    this.commits = commits;
    this.registry = registry;
    this.expectations = expectations;
    this.parking = parking;
    this.moves = moves;
    this.inherited = inherited;
    this.fragments = fragments;
    this.handoff = handoff;
    events = stages.events();
  }

  /** Does what the state of the log says, if it has changed. */
  void update(long nowNanos, PacketOutput out) {
    if (!journal.updateState()) {
      return;
    }
    handoff.setFenced(journal.state() == LogState.REFUSED);
    switch (journal.state()) {
      case COMMITTING -> protectAll(nowNanos, out);
      case ALONE -> goAlone(nowNanos, out);
      case REFUSED -> fence();
    }
  }

  /** Another engine goes on with the connections: nothing is sent for them, not even a reset. */
  private void fence() {
    moves.releaseAll();
    inherited.clear();
    fragments.clear();
    events.event(Reason.FENCED, "", "another engine has taken over the connections of this one");
  }

  private void goAlone(long nowNanos, PacketOutput out) {
    journal.forgetPending();
    int halfOpen = registry.halfOpen.forgetRecords();
    boolean goesOn = journal.isUnprotected();
    if (goesOn) {
      expectations.clear();
      journal.sendAllHeld(out);
      journal.countUnprotected(halfOpen);
    } else {
      journal.forgetHeld();
    }
    for (Connection each : all()) {
      each.setRecord(null);
      if (goesOn) {
        goOnWithout(each, nowNanos, out);
      } else {
        forEachStream(each, stream -> stream.edits().commit().hold());
        each.setAtRest(false);
      }
    }
    String what = goesOn ? "connections go on without records" : "what agents decide waits";
    events.event(Reason.NO_COPY, "", "no other engine keeps records: " + what);
  }

  private List<Connection> all() {
    List<Connection> all = new ArrayList<>(registry.flows.size());
    registry.flows.forEach(all::add);
    return all;
  }

  private static void forEachStream(Connection connection, Consumer<Stream> action) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        action.accept(stream);
      }
    }
    Connection alternative = connection.handshakes().alternative();
    if (alternative != null) {
      forEachStream(alternative, action);
    }
  }

  private void goOnWithout(Connection connection, long nowNanos, PacketOutput out) {
    boolean waits = connection.phase() instanceof Open open && !open.isCommitted();
    forEachStream(
        connection,
        stream -> {
          stream.edits().commit().endHold();
          stream.edits().stopCommit();
        });
    journal.noteUnprotected(connection);
    if (waits) {
      commits.goOn(connection, nowNanos, out);
    }
  }

  /** Writes all connections anew. From now on what they decide waits for its records again. */
  private void protectAll(long nowNanos, PacketOutput out) {
    journal.beginAnew();
    registry.expectations.logAgain(nowNanos);
    List<Connection> held = new ArrayList<>();
    for (Connection each : all()) {
      if (isHeld(each)) {
        held.add(each);
      }
      protect(each, nowNanos);
    }
    expectations.awaitAgain();
    held.forEach(each -> commits.goOn(each, nowNanos, out));
    parking.forEach(copy -> protectCopy(copy, nowNanos));
    registry.halfOpen.writeAgain(copy -> protectCopy(copy, nowNanos));
    events.event(Reason.COPY_AGAIN, "", "another engine keeps records again");
  }

  private void protect(Connection connection, long nowNanos) {
    if (connection.handling() == Handling.EDITED) {
      forEachStream(connection, stream -> limit(connection, stream.edits().commit(), stream));
    }
    if (isRecorded(connection)) {
      journal.writeWhole(connection, nowNanos);
    }
  }

  private void protectCopy(Connection copy, long nowNanos) {
    if (isRecorded(copy)) {
      journal.writeCopy(copy, nowNanos);
    }
  }

  private static boolean isHeld(Connection connection) {
    return connection.hasStreams()
        && connection.stream(Direction.CLIENT_TO_SERVER).edits().commit().isHeld();
  }

  /** What left without a record is as good as committed: the whole record comes before others. */
  private void limit(Connection connection, CommitLimit known, Stream stream) {
    if (known.isOn()) {
      known.endHold();
      return;
    }
    CommitMode mode = journal.mode();
    boolean replaysExactly = connection.terms().replaysExactly();
    stream.edits().beginCommit(mode.of(replaysExactly, connection.isPickedUp()));
    stream.edits().commit().commitAll();
  }

  /** Whether there must be records of a connection; see {@link RecordMark#isNeeded}. */
  static boolean isRecorded(Connection connection) {
    boolean isEdited = connection.hasStreams() && connection.handling() == Handling.EDITED;
    return connection.rule().agent() != null
        && (isEdited || connection.state() != ConnectionState.OPENING);
  }
}
