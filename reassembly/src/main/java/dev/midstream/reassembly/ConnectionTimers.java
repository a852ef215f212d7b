package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.path.FinWait;
import dev.midstream.reassembly.path.MonitoredPath;
import dev.midstream.reassembly.path.OutputDrain;
import dev.midstream.reassembly.path.ResetSender;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rewrite.WindowRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Does what the timers of connections ask for: flushes held octets when nothing more comes, gives
 * up gaps that will not be filled, folds acknowledged commands, probes idle connections, and runs
 * the endpoint duties.
 */
final class ConnectionTimers {
  /** How long a gap may stay open that the receiver of the original octets has acknowledged. */
  private static final long GAP_NANOS = 1_000_000_000L;

  /** Silence after which memory is released that was kept for the next packets. */
  private static final long TRIM_NANOS = 10_000_000_000L;

  private final EngineConfiguration configuration;
  private final MemoryBudget budget;
  private final Counters counters;
  private final Delivery delivery;
  private final OutputDrain drain;
  private final MonitoredPath monitored;
  private final EndpointDuties duties;
  private final ResetSender resets;
  private final Emission emission;
  private final WindowRewrite windows;

  ConnectionTimers(Stages stages, MemoryBudget budget, MonitoredPath monitored) {
    configuration = stages.configuration();
    this.budget = budget;
    counters = stages.counters();
    delivery = stages.delivery();
    drain = stages.drain();
    this.monitored = monitored;
    duties = stages.duties();
    resets = stages.resets();
    emission = stages.emission();
    windows = stages.headers().windows();
  }

  /** When {@link #onTimer} is next due for {@code connection}. */
  long dueNanos(Connection connection) {
    return connection.hasStreams()
        ? Math.min(trimDueNanos(connection), workDueNanos(connection))
        : Long.MAX_VALUE;
  }

  /** When anything is due but the release of memory; {@link Long#MAX_VALUE} if nothing is. */
  long workDueNanos(Connection connection) {
    if (!connection.hasStreams()) {
      return Long.MAX_VALUE;
    }
    return Math.min(
        duties.dueNanos(connection),
        Math.min(
            dueNanos(connection, Direction.CLIENT_TO_SERVER),
            dueNanos(connection, Direction.SERVER_TO_CLIENT)));
  }

  private static long trimDueNanos(Connection connection) {
    return connection.isTrimmed() ? WaitTimes.NEVER : connection.seen().lastNanos() + TRIM_NANOS;
  }

  /** Flushes or gives up what is due, then does the endpoint duties. */
  void onTimer(Connection connection, long nowNanos, PacketOutput out) {
    delivery.begin(nowNanos);
    for (Direction direction : Direction.BOTH) {
      if (!connection.hasStreams()) {
        return;
      }
      Stream stream = connection.stream(direction);
      stream.memory().fold(nowNanos);
      if (FinWait.dueNanos(connection, direction) <= nowNanos) {
        String text = "the sender of a finished direction sends no FIN direction=" + direction;
        resets.reset(connection, Reason.FINISH_EXPIRED, text, nowNanos, out);
        return;
      }
      if (gapDueNanos(connection, stream) <= nowNanos) {
        endGap(connection, direction, nowNanos, out);
      } else if (isHoldOver(connection, stream, nowNanos)) {
        // Memory that was freed since may let the agent be called as usual.
        sendDecided(connection, nowNanos, out);
        if (connection.hasStreams() && isHoldOver(connection, stream, nowNanos)) {
          counters.count(Reason.HOLD_TIME);
          flush(connection, direction, nowNanos, out);
        }
      }
    }
    if (duties.dueNanos(connection) <= nowNanos) {
      duties.onTimer(connection, nowNanos, out);
    } else {
      duties.perform(connection, nowNanos, nowNanos, out);
    }
  }

  /** Flushes everything held. No more packets will come. */
  void flushAll(Connection connection, long nowNanos, PacketOutput out) {
    delivery.begin(nowNanos);
    for (Direction direction : Direction.BOTH) {
      if (!connection.hasStreams()) {
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
      boolean finPending = stream.edits().fin().isKnown() && !stream.edits().fin().isSettled();
      if (finPending || !stream.sender().delayed().isEmpty()) {
        giveUpGap(connection, direction, Reason.END_OF_INPUT, nowNanos, out);
      }
    }
  }

  /**
   * Flushes everything and resets the connection if its endpoints cannot continue without the
   * engine.
   */
  void leave(Connection connection, long nowNanos, PacketOutput out) {
    flushAll(connection, nowNanos, out);
    boolean edited = connection.handling() == Handling.EDITED && connection.hasStreams();
    boolean closed = connection.state() == ConnectionState.CLOSING;
    if (edited
        && !closed
        && Direction.BOTH.stream().map(connection::stream).anyMatch(Stream::needsRewriting)) {
      resets.reset(connection, Reason.BOX_ENDS, "numbers are no longer rewritten", nowNanos, out);
    }
  }

  /**
   * Sends a keep-alive probe to both endpoints, or resets them after {@link
   * ConnectionExpiry#MAX_PROBES} unanswered probes.
   */
  void onIdle(Connection connection, long nowNanos, PacketOutput out) {
    int unanswered = connection.seen().unansweredProbes();
    if (unanswered == ConnectionExpiry.MAX_PROBES) {
      resets.reset(
          connection, Reason.IDLE_EXPIRED, "no answer to probes=" + unanswered, nowNanos, out);
      return;
    }
    counters.count(Reason.IDLE_PROBED);
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      if (stream.headers().isTemplateKnown()) {
        emission.probe(connection, stream, nowNanos, out);
        stream.receiver().ownAnswers().expect(nowNanos, ConnectionExpiry.PROBE_NANOS);
      }
    }
    connection.seen().countProbe(nowNanos);
  }

  private void flush(Connection connection, Direction direction, long nowNanos, PacketOutput out) {
    delivery.flush(connection, direction);
    sendDecided(connection, nowNanos, out);
  }

  private boolean isHoldOver(Connection connection, Stream stream, long nowNanos) {
    return holdDueNanos(connection, stream) <= nowNanos && isSilent(connection, stream);
  }

  /** Shows what the agent could not be shown before, and sends what is decided. */
  private void sendDecided(Connection connection, long nowNanos, PacketOutput out) {
    if (connection.handling() == Handling.EDITED) {
      drain.sendAll(connection, nowNanos, out);
    } else {
      monitored.drain(connection);
    }
  }

  /** Stops waiting for a gap. What came after it passes if the receiver has it, or is forgotten. */
  private void endGap(Connection connection, Direction direction, long nowNanos, PacketOutput out) {
    if (connection.isOriginalReceived(configuration.vantage())) {
      giveUpGap(connection, direction, Reason.GAP, nowNanos, out);
    } else {
      counters.count(Reason.GAP_EXPIRED);
      connection.stream(direction).expireGap();
    }
  }

  private void giveUpGap(
      Connection connection, Direction direction, Reason reason, long nowNanos, PacketOutput out) {
    if (connection.handling() == Handling.EDITED) {
      drain.passGaps(connection, direction, reason, nowNanos, out);
      drain.sendAll(connection, nowNanos, out);
    } else {
      monitored.stopMonitoring(connection, direction, reason);
    }
  }

  private long dueNanos(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    long foldNanos = stream.memory().foldDueNanos();
    if (stream.isQuiet()) {
      return foldNanos;
    }
    long waitNanos = Math.min(gapDueNanos(connection, stream), holdDueNanos(connection, stream));
    return Math.min(foldNanos, Math.min(waitNanos, FinWait.dueNanos(connection, direction)));
  }

  private long gapDueNanos(Connection connection, Stream stream) {
    long sinceNanos = stream.sender().waitTimes().gapSinceNanos();
    boolean passed =
        connection.isOriginalReceived(configuration.vantage())
            && stream.receiver().sendWindow().orgAcknowledged() > stream.heldEnd()
            && !stream.edits().opaque().isEndless();
    if (passed) {
      return WaitTimes.after(sinceNanos, GAP_NANOS);
    }
    boolean waits =
        !stream.sender().delayed().isEmpty() || stream.sender().undecided().length() > 0;
    boolean expires = configuration.vantage() == Vantage.INLINE && waits;
    return expires ? WaitTimes.after(sinceNanos, WaitTimes.GIVE_UP_NANOS) : WaitTimes.NEVER;
  }

  /**
   * Notes whether senders are silent after a packet or timer, and keeps the memory of a connection
   * as small as it may be.
   */
  void settle(Connection connection, long nowNanos) {
    if (connection.hasStreams()) {
      boolean silent = connection.seen().lastNanos() + TRIM_NANOS <= nowNanos;
      settle(connection, connection.stream(Direction.CLIENT_TO_SERVER), silent, nowNanos);
      settle(connection, connection.stream(Direction.SERVER_TO_CLIENT), silent, nowNanos);
      connection.setTrimmed(silent);
    }
  }

  private void settle(Connection connection, Stream stream, boolean silent, long nowNanos) {
    if (stream.sender().undecided().length() > 0) {
      stream.sender().waitTimes().noteSilence(isSilent(connection, stream), nowNanos);
    }
    stream.memory().fold(nowNanos);
    if (silent) {
      stream.memory().trimInSilence();
    } else if (budget.isUnderPressure()) {
      stream.memory().trim();
    } else {
      stream.memory().updateCharge();
    }
  }

  /**
   * Whether the sender could send what follows undecided octets, and an agent could be called for
   * it: no gap is open (after 100 s it counts as closed), what follows was not refused, the
   * advertised edge lets it in, no acknowledgement is withheld for which the sender may wait, and
   * the sender has been heard since a takeover.
   */
  private boolean isSilent(Connection connection, Stream stream) {
    return stream.sender().undecided().length() > 0
        && stream.sender().delayed().isEmpty()
        && stream.sender().waitTimes().gapSinceNanos() == WaitTimes.NEVER
        && !stream.sender().waitTimes().isNextRefused(stream.heldEnd())
        && connection.isReadyForAgent()
        && delivery.backpressure().of(connection, stream) == null
        && !windows.keepsOut(connection, stream)
        && !duties.isAcknowledgementWithheld(connection, stream)
        && !duties.isSenderUnheard(connection, stream);
  }

  /** When the hold time of undecided octets ends, which runs only while their sender is silent. */
  private long holdDueNanos(Connection connection, Stream stream) {
    AgentCursor cursor = stream.sender().cursor();
    return cursor.isFlushed() && !cursor.isAwaitingOther()
        ? WaitTimes.after(
            stream.sender().waitTimes().silentSinceNanos(), connection.terms().holdNanos())
        : WaitTimes.NEVER;
  }
}
