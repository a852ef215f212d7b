package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.reassembly.path.MonitoredPath;
import dev.midstream.reassembly.path.OutputDrain;
import dev.midstream.reassembly.path.ResetSender;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Ends waiting: for the rest of what is held when nothing more comes, and in a recording for a gap
 * that was acknowledged and therefore will never be filled. The timers of the engine as an end of
 * its own come up here too.
 */
final class ConnectionTimers {
  /** How long a recorded gap that was acknowledged may stay open. */
  private static final long GAP_NANOS = 1_000_000_000L;

  private static final int MAX_IDLE_PROBES = 4;
  private static final long IDLE_PROBE_NANOS = 15_000_000_000L;

  private final EngineConfiguration configuration;
  private final Counters counters;
  private final Delivery delivery;
  private final OutputDrain drain;
  private final MonitoredPath monitored;
  private final EndpointDuties duties;
  private final ResetSender resets;
  private final Emission emission;

  ConnectionTimers(Stages stages, InspectedPath inspected) {
    configuration = stages.configuration();
    counters = stages.counters();
    delivery = stages.delivery();
    drain = stages.drain();
    monitored = inspected.monitored();
    duties = stages.duties();
    resets = stages.resets();
    emission = stages.emission();
  }

  /** When something of {@code connection} has waited long enough. */
  long dueNanos(Connection connection) {
    if (!connection.isInspected() || !connection.hasStreams()) {
      return Long.MAX_VALUE;
    }
    return Math.min(
        duties.dueNanos(connection),
        Math.min(
            dueNanos(connection, Direction.CLIENT_TO_SERVER),
            dueNanos(connection, Direction.SERVER_TO_CLIENT)));
  }

  /** Ends what has waited long enough. */
  void onTimer(Connection connection, long nowNanos, PacketOutput out) {
    for (Direction direction : Direction.BOTH) {
      if (!connection.isInspected() || !connection.hasStreams()) {
        return;
      }
      Stream stream = connection.stream(direction);
      if (gapDueNanos(connection, stream) <= nowNanos) {
        giveUpGap(connection, direction, Reason.GAP, nowNanos, out);
      } else if (holdDueNanos(connection, stream) <= nowNanos) {
        counters.count(Reason.HOLD_TIME);
        flush(connection, direction, nowNanos, out);
      }
    }
    if (duties.dueNanos(connection) <= nowNanos) {
      duties.onTimer(connection, nowNanos, out);
    } else {
      duties.follow(connection, nowNanos, nowNanos, out);
    }
  }

  /** No more packets will come. */
  void finish(Connection connection, long nowNanos, PacketOutput out) {
    for (Direction direction : Direction.BOTH) {
      if (!connection.isInspected() || !connection.hasStreams()) {
        return;
      }
      Stream stream = connection.stream(direction);
      while (stream.sender().undecided().length() > 0) {
        counters.count(Reason.END_OF_INPUT);
        flush(connection, direction, nowNanos, out);
      }
      if (!connection.hasStreams()) {
        return;
      }
      boolean ends = stream.edits().fin().isKnown() && !stream.edits().fin().isSettled();
      if (ends || !stream.sender().delayed().isEmpty()) {
        giveUpGap(connection, direction, Reason.END_OF_INPUT, nowNanos, out);
      }
    }
  }

  /** The connection goes on without the engine, or ends if its ends could not. */
  void leave(Connection connection, long nowNanos, PacketOutput out) {
    finish(connection, nowNanos, out);
    boolean edited = connection.handling() == Handling.EDITED && connection.hasStreams();
    if (edited
        && Direction.BOTH.stream().map(connection::stream).anyMatch(Stream::needsRewriting)) {
      resets.reset(
          connection,
          Reason.BOX_ENDS,
          "the box ends, nobody rewrites numbers any more",
          nowNanos,
          out);
    }
  }

  /** When {@link #onIdle} is to be called, if nothing comes until then. */
  long idleDueNanos(Connection connection) {
    return connection.unansweredProbes() == 0
        ? connection.lastNanos() + configuration.timeouts().establishedNanos()
        : connection.probedNanos() + IDLE_PROBE_NANOS;
  }

  /** Asks both ends, or resets them if they were asked in vain. */
  void onIdle(Connection connection, long nowNanos, PacketOutput out) {
    int unanswered = connection.unansweredProbes();
    if (unanswered == MAX_IDLE_PROBES) {
      resets.reset(
          connection, Reason.IDLE_EXPIRED, "nobody answers probes=" + unanswered, nowNanos, out);
      return;
    }
    counters.count(Reason.IDLE_PROBED);
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      if (stream.headers().isTemplateKnown()) {
        emission.probe(connection, direction, nowNanos, out);
        stream.receiver().retransmit().expectOwnAck(nowNanos + IDLE_PROBE_NANOS);
      }
    }
    connection.probed(nowNanos);
  }

  private void flush(Connection connection, Direction direction, long nowNanos, PacketOutput out) {
    delivery.flush(connection, direction);
    if (connection.handling() == Handling.EDITED) {
      drain.sendAll(connection, nowNanos, out);
    } else {
      monitored.drain(connection);
    }
  }

  private void giveUpGap(
      Connection connection, Direction direction, Reason reason, long nowNanos, PacketOutput out) {
    if (connection.handling() == Handling.EDITED) {
      drain.strand(connection, direction, reason, nowNanos, out);
      drain.sendAll(connection, nowNanos, out);
    } else {
      monitored.strand(connection, direction, reason);
    }
  }

  private long dueNanos(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    return stream.isQuiet()
        ? WaitTimes.NEVER
        : Math.min(gapDueNanos(connection, stream), holdDueNanos(connection, stream));
  }

  private long gapDueNanos(Connection connection, Stream stream) {
    boolean recorded =
        configuration.vantage() == Vantage.RECORDING || connection.handling() == Handling.MONITORED;
    boolean over =
        recorded
            && stream.receiver().sendWindow().orgAcknowledged() > stream.heldEnd()
            && !stream.edits().opaque().isEndless();
    return over
        ? WaitTimes.after(stream.sender().waitTimes().gapSinceNanos(), GAP_NANOS)
        : WaitTimes.NEVER;
  }

  /** The time runs only while nothing is missing before the box. */
  private long holdDueNanos(Connection connection, Stream stream) {
    boolean counts =
        stream.sender().undecided().length() > 0
            && stream.sender().delayed().isEmpty()
            && connection.isReadyForAgent()
            && !delivery.isBlocked(connection, stream)
            && connection.terms().flushes();
    return counts
        ? WaitTimes.after(
            stream.sender().waitTimes().heldSinceNanos(), configuration.limits().holdNanos())
        : WaitTimes.NEVER;
  }
}
