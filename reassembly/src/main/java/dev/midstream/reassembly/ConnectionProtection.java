package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.UnprotectedConnections;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Protects all connections by records, or goes on without, as the state of the log says, some
 * connections at a time ({@link ProtectionSteps}). A log that refuses records ends this engine: it
 * forgets its connections, and drops their packets.
 */
final class ConnectionProtection {
  private final CommitJournal journal;
  private final ConnectionRegistry registry;
  private final ExpectationRecords expectations;
  private final ProtectionSteps steps;
  private final ConnectionMoves moves;
  private final Handoff handoff;
  private final EventSink events;

  ConnectionProtection(
      Stages stages,
      CommittedConnections commits,
      ConnectionRegistry registry,
      ExpectationRecords expectations,
      ConnectionParking parking,
      ConnectionMoves moves,
      Handoff handoff) {
    journal = registry.journal;
    this.registry = registry;
    this.expectations = expectations;
    steps = new ProtectionSteps(commits, registry, expectations, parking);
    this.moves = moves;
    this.handoff = handoff;
    events = stages.events();
    fence(journal.state());
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
    fence(journal.state());
    switch (journal.state()) {
      case COMMITTING -> protectAll(nowNanos);
      case ALONE -> loseAll(nowNanos, out);
      case REFUSED -> forgetAll();
    }
  }

  private void fence(LogState state) {
    handoff.setFenced(state == LogState.REFUSED);
  }

  /** Another engine goes on with the connections: nothing is sent for them, not even a reset. */
  private void forgetAll() {
    moves.releaseAll();
    events.event(Reason.FENCED, "", "another engine has taken over the connections of this one");
  }

  private void loseAll(long nowNanos, PacketOutput out) {
    UnprotectedConnections unprotected = journal.unprotected();
    unprotected.loseAll();
    int halfOpen = registry.halfOpen.forgetRecords();
    boolean goesOn = unprotected.isAlone();
    if (goesOn) {
      journal.forgetPending(unprotected::hasten);
      expectations.loseRecords(unprotected::hasten);
      journal.held().sendAll(out);
      unprotected.count(halfOpen);
      steps.beginLoss(nowNanos);
    } else {
      journal.forgetPending(each -> {});
      journal.held().awaitAgain();
    }
    String what = goesOn ? "connections go on without records" : "what agents decide waits";
    events.event(Reason.NO_COPY, "", "no other engine keeps records: " + what);
  }

  /** Begins to write all connections anew. */
  private void protectAll(long nowNanos) {
    long ignored = journal.beginAnew();
    registry.expectations.logAgain(nowNanos);
    expectations.awaitAgain();
    steps.begin(nowNanos);
    events.event(Reason.COPY_AGAIN, "", "another engine keeps records again");
  }
}
