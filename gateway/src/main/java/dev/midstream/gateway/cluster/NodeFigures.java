package dev.midstream.gateway.cluster;

import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.gateway.admin.ClusterFigures;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a node counts in all its lives. Thread-safe. */
final class NodeFigures {
  private static final double NANOS_PER_SECOND = 1e9;

  final LogFigures logs = new LogFigures();
  final Durations takeovers = new Durations();
  final LongAdder moves = new LongAdder();
  final LongAdder otherConfigurations = new LongAdder();
  final LongAdder vetoes = new LongAdder();

  /** All of it; {@code state} is the present life, or null. */
  ClusterFigures show(@Nullable ClusterNode state, long nowNanos) {
    boolean isLeased = state != null && state.isLeased(nowNanos);
    return new ClusterFigures(
        state != null && isLeased ? (state.leaseEndNanos() - nowNanos) / NANOS_PER_SECOND : 0,
        state == null ? 0 : state.keepaliveNanos() / NANOS_PER_SECOND,
        state == null ? 0 : state.keepaliveLoss(),
        logs.records.sum(),
        logs.octets.sum(),
        logs.waiting.sum(),
        logs.refused.sum(),
        moves.sum(),
        otherConfigurations.sum(),
        vetoes.sum(),
        times(logs.commits),
        times(takeovers));
  }

  private static ClusterFigures.Times times(Durations durations) {
    return new ClusterFigures.Times(
        Durations.boundsSeconds(), durations.counts(), durations.sumSeconds());
  }
}
