package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/** Forwards segments of untouched connections bit for bit. */
final class UntouchedSegments {
  private final SynClassifier synClassifier;
  private final InspectedPath inspected;
  private final CommitJournal journal;
  private final ExpectationTable expectations;
  private final Counters counters;

  UntouchedSegments(
      SynClassifier synClassifier,
      InspectedPath inspected,
      CommitJournal journal,
      ExpectationTable expectations,
      Counters counters) {
    this.synClassifier = synClassifier;
    this.inspected = inspected;
    this.journal = journal;
    this.expectations = expectations;
    this.counters = counters;
  }

  /**
   * Forwards a packet unchanged, but for a SYN that may open another connection. A SYN-ACK to a SYN
   * that is not known any more is dropped, and both ends repeat theirs: else it passed uninspected.
   */
  Disposition process(Segment segment, Connection connection, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    journal.note(connection, nowNanos);
    expectations.noteRecord(connection, nowNanos);
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
