package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.EndpointTimes;
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
          Hardship.CHANGING_STATE,
          Hardship.REPLIES,
          Hardship.OPAQUE_SPANS,
          Hardship.DROPPED_SPANS,
          Hardship.SHRINKING_WINDOWS,
          Hardship.URGENT_OCTETS,
          Hardship.RENEGING,
          Hardship.CONGESTION_MARKS,
          Hardship.FAST_CLOCKS);

  private static final int BOLD = 16;
  private static final double SELDOM = 0.001;
  private static final long MOST_LATE_NANOS = 1_000_000;
  private static final int PAUSE_FACTOR = 10;
  private static final int STEADY_WRITES = 200;
  private static final long STEADY_NANOS = 20_000_000;
  private static final long MOST_READ_NANOS = 100_000_000;
  private static final long KEEP_ALIVE_NANOS = 4_000_000_000L;

  /** An end that asks ten times whether the other one lives waits longer, if nodes die, too. */
  private static final long MOST_OUTAGE_NANOS = 5 * KEEP_ALIVE_NANOS;

  private ClusterDraw() {}

  /**
   * The connection {@code number} of a cluster whose engines commit in {@code mode}.
   *
   * @param firstCopies which first copies records hold
   */
  public static SimulatedWorld of(long seed, int number, CommitMode mode, FirstCopies firstCopies) {
    SimulatedWorld easier =
        WorldDraw.of(seed)
            .without(EXCLUDED)
            .withBoth(ClusterDraw::bearing)
            .withPath(ClusterDraw::withShortOutages);
    SimulatedWorld drawn =
        switch ((int) Math.floorMod(seed, 4L)) {
          case 0 -> easier;
          case 1 -> easier.withBoth(ClusterDraw::slow);
          default -> easier.withBoth(ClusterDraw::steady);
        };
    CommitPlan commits = CommitPlan.of(mode, 0, 1).withFirstCopies(firstCopies);
    EnginePlan engine = EnginePlan.PLAIN.withTreatment(Treatment.EDIT).withCommits(commits);
    return drawn
        .withEngine(box -> engine)
        .withEnds(drawn.ends().withPorts(40_000 + number, 1_000 + number));
  }

  /**
   * The same connection with an agent that replies, waits for the other direction, fails, leaves,
   * or decides what it is not shown. Its state may change.
   */
  public static SimulatedWorld withBoldAgent(SimulatedWorld world, long seed) {
    CommitMode mode = world.engine().commits().mode();
    SimulatedWorld bold = new BoldDraw(WorldDraw.own(seed, BOLD)).changed(world, mode);
    return StateDraw.of(seed).changed(bold);
  }

  /**
   * The same, where packets may leave by another node than that of their engine. On their way there
   * some are late or lost, so each wire after the box has such faults, if seldom.
   */
  public static SimulatedWorld leavingElsewhere(SimulatedWorld world) {
    return world.withPath(path -> path.withFaultsAfterBox(ClusterDraw::seldomLate));
  }

  private static WireFaults seldomLate(WireFaults faults) {
    WireFaults late =
        faults.reordering() > 0 ? faults : faults.withReordering(SELDOM, MOST_LATE_NANOS);
    return late.loss() > 0 ? late : late.withLoss(SELDOM);
  }

  /** The same without a reader that takes minutes; it bears that no node answers for a while. */
  private static EndpointPlan bearing(EndpointPlan end) {
    EndpointTimes times = end.options().times().withKeepAlive(KEEP_ALIVE_NANOS);
    return end.withOptions(end.options().withTimes(times))
        .withReads(end.readBytes(), Math.min(end.readEveryNanos(), MOST_READ_NANOS));
  }

  private static PathPlan withShortOutages(PathPlan path) {
    return path.withFaultsBeforeBox(ClusterDraw::withShortOutage)
        .withFaultsAfterBox(ClusterDraw::withShortOutage);
  }

  private static WireFaults withShortOutage(WireFaults faults) {
    long most = faults.downFromNanos() + MOST_OUTAGE_NANOS;
    return faults.isCut() || faults.downUntilNanos() <= most
        ? faults
        : faults.withOutage(faults.downFromNanos(), most);
  }

  /** The same with a short pause after each of many writes: something is always on its way. */
  private static EndpointPlan steady(EndpointPlan end) {
    return end.withWrites(Math.clamp(end.bytes(), 1, STEADY_WRITES), STEADY_NANOS);
  }

  /** The same with longer pauses: more happens to the nodes meanwhile. */
  private static EndpointPlan slow(EndpointPlan end) {
    return end.withWrites(end.parts(), PAUSE_FACTOR * end.pauseNanos());
  }
}
