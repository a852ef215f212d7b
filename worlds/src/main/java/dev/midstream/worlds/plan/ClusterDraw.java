package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Draws edited connections through a cluster, whose nodes lose packets, die and move connections.
 */
public final class ClusterDraw {
  /** What a cluster does itself, what its engines share, and what would look like its losses. */
  private static final Set<Hardship> EXCLUDED =
      EnumSet.of(
          Hardship.SMALL_LIMITS,
          Hardship.HOLD_TIME,
          Hardship.HOLD_LIMIT,
          Hardship.LONG_STREAMS,
          Hardship.LONG_PAUSES,
          Hardship.LONG_PATHS,
          Hardship.STALLING_READERS,
          Hardship.FRAGMENTS,
          Hardship.ROUTE_CHANGES,
          Hardship.ROUTERS,
          Hardship.JOINING,
          Hardship.SIMULTANEOUS_OPENING,
          Hardship.FAST_OPEN,
          Hardship.ABORTS,
          Hardship.RESETTING_AGENT,
          Hardship.ABORTING_AGENT,
          Hardship.FINISHING_AGENT,
          Hardship.FAILING_AGENT,
          Hardship.FAILING_CODEC,
          Hardship.DETACHING_AGENT,
          Hardship.ALTERNATING_AGENT,
          Hardship.REPLIES,
          Hardship.OPAQUE_SPANS,
          Hardship.DROPPED_SPANS,
          Hardship.SHRINKING_WINDOWS,
          Hardship.URGENT_OCTETS,
          Hardship.RENEGING,
          Hardship.CONGESTION_MARKS,
          Hardship.FAST_CLOCKS);

  private static final int PAUSE_FACTOR = 10;
  private static final long MOST_READ_NANOS = 100_000_000;

  private ClusterDraw() {}

  /** The connection {@code number} of a cluster whose engines commit in {@code mode}. */
  public static SimulatedWorld of(long seed, int number, CommitMode mode) {
    SimulatedWorld easier = WorldDraw.of(seed).without(EXCLUDED).withBoth(ClusterDraw::reading);
    SimulatedWorld drawn = seed % 2 == 0 ? easier : easier.withBoth(ClusterDraw::slow);
    EnginePlan engine =
        EnginePlan.PLAIN.withTreatment(Treatment.EDIT).withCommits(CommitPlan.of(mode, 0, 1));
    return drawn
        .withEngine(box -> engine)
        .withEnds(drawn.ends().withPorts(40_000 + number, 1_000 + number));
  }

  /** The same without a reader that takes minutes. */
  private static EndpointPlan reading(EndpointPlan end) {
    return end.withReads(end.readBytes(), Math.min(end.readEveryNanos(), MOST_READ_NANOS));
  }

  /** The same with longer pauses: more happens to the nodes meanwhile. */
  private static EndpointPlan slow(EndpointPlan end) {
    return end.withWrites(end.parts(), PAUSE_FACTOR * end.pauseNanos());
  }
}
