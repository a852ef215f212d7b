package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.HeldOpenings;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.reassembly.path.RefusedPath;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/** Processes the segments of known connections, as their handling says. */
final class KnownSegments {
  private final Segment segment;
  private final FlowTable flows;
  private final ConnectionLifecycle lifecycle;
  private final CommitJournal journal;
  private final AwaitedClose awaitedClose;
  private final FastPath fastPath;
  private final UntouchedSegments untouched;
  private final InspectedPath inspected;
  private final RefusedPath refused;

  KnownSegments(EngineParts parts, EventSink events) {
    segment = parts.segment;
    flows = parts.flows;
    lifecycle = parts.lifecycle;
    journal = parts.journal;
    awaitedClose = parts.createAwaitedClose();
    fastPath = parts.registry.fastPath;
    inspected = parts.inspected;
    refused = parts.refused;
    untouched =
        new UntouchedSegments(
            parts.synClassifier, inspected, journal, parts.expectations, parts.counters, events);
  }

  /** Processes the segment that was read; packets carry {@code pieceLimitBytes} at most. */
  Disposition process(Connection connection, int pieceLimitBytes, long nowNanos, PacketOutput out) {
    Disposition disposition =
        switch (connection.handling()) {
          case UNTOUCHED -> pass(connection, nowNanos, out);
          case MONITORED, EDITED -> inspect(connection, pieceLimitBytes, nowNanos, out);
          case DROPPED, REJECTED -> refuse(connection, nowNanos, out);
        };
    if (connection.state() == ConnectionState.OPENING || segment.halfOpen() != SynCache.NONE) {
      lifecycle.settle(segment, connection, nowNanos);
    }
    if (fastPath.isOn() && flows.isKnown(connection)) {
      fastPath.offer(connection, segment, nowNanos);
    }
    fastPath.updateGuard(connection);
    return disposition;
  }

  private Disposition pass(Connection connection, long nowNanos, PacketOutput out) {
    PacketOutput output = outputFor(connection, out);
    Disposition disposition = untouched.process(segment, connection, nowNanos, output);
    return segment.view().isSyn()
        ? HeldOpenings.keep(disposition, segment.packet(), output)
        : awaitedClose.decide(segment, disposition);
  }

  private Disposition inspect(
      Connection connection, int pieceLimitBytes, long nowNanos, PacketOutput out) {
    PacketOutput output = outputFor(connection, out);
    segment.enter(connection, pieceLimitBytes, nowNanos, output);
    Disposition disposition = inspected.process(segment);
    if (!segment.passedAtRest() || connection.isTrimmed()) {
      lifecycle.afterPacket(connection, nowNanos);
    } else if (!segment.isRecorded()) {
      journal.noteAtRest(connection, nowNanos);
    }
    return HeldOpenings.keep(disposition, segment.packet(), output);
  }

  private PacketOutput outputFor(Connection connection, PacketOutput out) {
    FrameView view = segment.view();
    return view.isSyn() && mayWait(connection)
        ? journal.outputFor(flows.inPlaceOf(connection), view, out)
        : out;
  }

  /** Whether a SYN may wait for a record of its connection, or of the one before. */
  private boolean mayWait(Connection connection) {
    return connection.handling() == Handling.EDITED
        || connection.seen().isExpected()
        || awaitedClose.isAwaited(segment);
  }

  private Disposition refuse(Connection connection, long nowNanos, PacketOutput out) {
    Disposition disposition = refused.process(connection, segment.view(), nowNanos, out);
    lifecycle.afterPacket(connection, nowNanos);
    return disposition;
  }
}
