package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Silence;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Arrays;

/**
 * Ends waiting: for the rest of what is held when nothing more comes, and in a recording for a gap
 * that was acknowledged and therefore will never be filled. The timers of the engine as an end of
 * its own come up here too.
 */
final class Waiting {
  /** How long a recorded gap that was acknowledged may stay open. */
  private static final long GAP_NANOS = 1_000_000_000L;

  private final EngineConfiguration configuration;
  private final Counters counters;
  private final Delivery delivery;
  private final Remainder remainder;
  private final MonitoredPath monitored;
  private final Aftercare aftercare;
  private final ResetSender resets;

  Waiting(Stages stages, InspectedPath inspected) {
    configuration = stages.configuration();
    counters = stages.counters();
    delivery = stages.delivery();
    remainder = stages.remainder();
    monitored = inspected.monitored();
    aftercare = stages.aftercare();
    resets = stages.resets();
  }

  /** When something of {@code connection} has waited long enough. */
  long dueNanos(Connection connection) {
    if (!ConnectionOpening.isInspected(connection) || !connection.hasStreams()) {
      return Long.MAX_VALUE;
    }
    return Math.min(
        aftercare.dueNanos(connection),
        Math.min(
            dueNanos(connection, Direction.CLIENT_TO_SERVER),
            dueNanos(connection, Direction.SERVER_TO_CLIENT)));
  }

  /** Ends what has waited long enough. */
  void onTimer(Connection connection, long nowNanos, PacketOutput out) {
    for (Direction direction : Remainder.DIRECTIONS) {
      if (!ConnectionOpening.isInspected(connection) || !connection.hasStreams()) {
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
    if (aftercare.dueNanos(connection) <= nowNanos) {
      aftercare.onTimer(connection, nowNanos, out);
    } else {
      aftercare.follow(connection, nowNanos, nowNanos, out);
    }
  }

  /** No more packets will come. */
  void finish(Connection connection, long nowNanos, PacketOutput out) {
    for (Direction direction : Remainder.DIRECTIONS) {
      if (!ConnectionOpening.isInspected(connection) || !connection.hasStreams()) {
        return;
      }
      Stream stream = connection.stream(direction);
      while (stream.undecided().length() > 0) {
        counters.count(Reason.END_OF_INPUT);
        flush(connection, direction, nowNanos, out);
      }
      if (!connection.hasStreams()) {
        return;
      }
      boolean ends = stream.fin().isKnown() && !stream.fin().isSettled();
      if (ends || !stream.delayed().isEmpty()) {
        giveUpGap(connection, direction, Reason.END_OF_INPUT, nowNanos, out);
      }
    }
  }

  /** The connection goes on without the engine, or ends if its ends could not. */
  void leave(Connection connection, long nowNanos, PacketOutput out) {
    finish(connection, nowNanos, out);
    boolean edited = connection.handling() == Handling.EDITED && connection.hasStreams();
    if (edited
        && Arrays.stream(Remainder.DIRECTIONS).map(connection::stream).anyMatch(Stream::isBound)) {
      resets.reset(
          connection,
          Reason.BOX_ENDS,
          "the box ends, nobody rewrites numbers any more",
          nowNanos,
          out);
    }
  }

  private void flush(Connection connection, Direction direction, long nowNanos, PacketOutput out) {
    delivery.flush(connection, direction);
    if (connection.handling() == Handling.EDITED) {
      remainder.sendAll(connection, nowNanos, out);
    } else {
      monitored.drain(connection);
    }
  }

  private void giveUpGap(
      Connection connection, Direction direction, Reason reason, long nowNanos, PacketOutput out) {
    if (connection.handling() == Handling.EDITED) {
      remainder.strand(connection, direction, reason, nowNanos, out);
      remainder.sendAll(connection, nowNanos, out);
    } else {
      monitored.strand(connection, direction, reason);
    }
  }

  private long dueNanos(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    return stream.isQuiet()
        ? Silence.NEVER
        : Math.min(gapDueNanos(connection, stream), holdDueNanos(connection, stream));
  }

  private long gapDueNanos(Connection connection, Stream stream) {
    boolean recorded =
        configuration.reading() == Reading.ORIGINAL || connection.handling() == Handling.MONITORED;
    boolean over =
        recorded
            && stream.feedback().orgAcknowledged() > stream.heldEnd()
            && !stream.opaque().isForEver();
    return over ? Silence.after(stream.silence().gapSinceNanos(), GAP_NANOS) : Silence.NEVER;
  }

  /** The time runs only while nothing is missing before the box. */
  private long holdDueNanos(Connection connection, Stream stream) {
    boolean counts =
        stream.undecided().length() > 0
            && stream.delayed().isEmpty()
            && connection.isReadyForAgent()
            && !delivery.isBlocked(connection, stream)
            && connection.terms().flushes();
    return counts
        ? Silence.after(stream.silence().heldSinceNanos(), configuration.limits().holdNanos())
        : Silence.NEVER;
  }
}
