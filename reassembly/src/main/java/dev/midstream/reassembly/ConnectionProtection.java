package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.UnprotectedConnections;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * Protects all connections by records, or goes on without, as the state of the log says. After a
 * time without a copy they are protected some at a time ({@link ProtectionSteps}). A log that
 * refuses records ends this engine: it forgets its connections, and drops their packets.
 */
final class ConnectionProtection {
  private final CommitJournal journal;
  private final CommittedConnections commits;
  private final ConnectionRegistry registry;
  private final ExpectationRecords expectations;
  private final ProtectionSteps steps;
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
    steps = new ProtectionSteps(commits, registry, expectations, parking);
    this.moves = moves;
    this.inherited = inherited;
    this.fragments = fragments;
    this.handoff = handoff;
    events = stages.events();
  }

  /** When {@link #takeSome} is due next; {@link Long#MAX_VALUE} if nothing is to be done. */
  long dueNanos() {
    return steps.dueNanos();
  }

  /** Protects some of the connections that are not protected again yet. */
  void takeSome(long nowNanos, PacketOutput out) {
    steps.takeSome(nowNanos, out);
  }

  /** Does what the state of the log says, if it has changed. */
  void update(long nowNanos, PacketOutput out) {
    if (!journal.updateState()) {
      return;
    }
    steps.stop();
    handoff.setFenced(journal.state() == LogState.REFUSED);
    switch (journal.state()) {
      case COMMITTING -> protectAll(nowNanos);
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
    boolean goesOn = journal.unprotected().isAlone();
    if (goesOn) {
      expectations.clear();
      journal.held().sendAll(out);
      journal.unprotected().count(halfOpen);
    } else {
      journal.held().awaitAgain();
    }
    for (Connection each : all()) {
      each.setRecord(null);
      if (goesOn) {
        goOnWithout(each, nowNanos, out);
      } else {
        UnprotectedConnections.forEachStream(each, stream -> stream.edits().commit().hold());
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

  private void goOnWithout(Connection connection, long nowNanos, PacketOutput out) {
    boolean waits = connection.phase() instanceof Open open && !open.isCommitted();
    UnprotectedConnections.forEachStream(
        connection,
        stream -> {
          stream.edits().commit().endHold();
          stream.edits().stopCommit();
        });
    journal.unprotected().count(connection);
    if (waits) {
      commits.goOn(connection, nowNanos, out);
    }
  }

  /** Begins to write all connections anew. */
  private void protectAll(long nowNanos) {
    journal.beginAnew();
    registry.expectations.logAgain(nowNanos);
    expectations.awaitAgain();
    steps.begin(nowNanos);
    events.event(Reason.COPY_AGAIN, "", "another engine keeps records again");
  }
}
