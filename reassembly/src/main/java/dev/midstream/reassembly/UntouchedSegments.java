package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/** Forwards segments of untouched connections bit for bit. */
final class UntouchedSegments {
  private final SynClassifier synClassifier;
  private final InspectedPath inspected;
  private final CommitJournal journal;
  private final ExpectationTable expectations;
  private final Counters counters;
  private final EventSink events;

  UntouchedSegments(
      SynClassifier synClassifier,
      InspectedPath inspected,
      CommitJournal journal,
      ExpectationTable expectations,
      Counters counters,
      EventSink events) {
    this.synClassifier = synClassifier;
    this.inspected = inspected;
    this.journal = journal;
    this.expectations = expectations;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Forwards a packet unchanged, but for a SYN that may open another connection. A SYN-ACK to a SYN
   * that is not known any more is dropped, and both ends repeat theirs: else it passed uninspected.
   * A SYN that a rule refuses is dropped without a reset, which would reach an end that lives.
   */
  Disposition process(Segment segment, Connection connection, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    journal.note(connection, nowNanos);
    expectations.noteRecord(connection, nowNanos);
    Rule refusing = synClassifier.refusing(connection, segment);
    if (refusing != null) {
      Reason reason = RuleChoice.reasonOf(refusing);
      counters.count(reason);
      events.event(reason, connection.name(), "SYN dropped rule=" + refusing.name());
      return Disposition.TAKEN;
    }
    if (!synClassifier.isForeign(connection, direction, segment.view())) {
      return Disposition.FORWARD;
    }
    if (segment.view().isAck()) {
      counters.count(Reason.OUT_OF_WINDOW);
      return Disposition.TAKEN;
    }
    segment.enter(connection, Integer.MAX_VALUE, nowNanos, out);
    return inspected.processCompetingSyn(segment);
  }
}
