package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.IdleProbes;
import dev.midstream.reassembly.path.OutputDrain;
import dev.midstream.reassembly.path.ResetSender;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Asks both ends of a silent connection whether they are alive. One whose numbers are shifted must
 * not be forgotten while an end may still speak: if nobody answers, both are reset.
 */
final class IdleCheck {
  private static final int MOST_PROBES = 4;
  private static final long PROBE_NANOS = 15_000_000_000L;

  private final long silenceNanos;
  private final Counters counters;
  private final ResetSender resets;
  private final Emission emission;

  IdleCheck(EngineConfiguration configuration, Stages stages) {
    silenceNanos = configuration.timeouts().establishedNanos();
    counters = stages.counters();
    resets = stages.resets();
    emission = stages.emission();
  }

  /** When {@link #take} is to be called, if nothing comes until then. */
  long dueNanos(Connection connection) {
    IdleProbes probes = connection.idleProbes();
    return probes.unanswered(connection.lastNanos()) == 0
        ? connection.lastNanos() + silenceNanos
        : probes.lastNanos() + PROBE_NANOS;
  }

  /** Asks both ends, or resets them if they were asked in vain. */
  void take(Connection connection, long nowNanos, PacketOutput out) {
    IdleProbes probes = connection.idleProbes();
    int unanswered = probes.unanswered(connection.lastNanos());
    if (unanswered == MOST_PROBES) {
      resets.reset(
          connection, Reason.IDLE_EXPIRED, "nobody answers probes=" + unanswered, nowNanos, out);
      return;
    }
    counters.count(Reason.IDLE_PROBED);
    for (Direction direction : OutputDrain.DIRECTIONS) {
      Stream stream = connection.stream(direction);
      if (stream.headers().isTemplateKnown()) {
        emission.probe(connection, direction, nowNanos, out);
        stream.receiver().retransmit().expectEcho(nowNanos + PROBE_NANOS);
      }
    }
    probes.ask(nowNanos);
  }
}
