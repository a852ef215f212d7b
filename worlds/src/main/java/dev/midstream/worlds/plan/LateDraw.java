package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws faults after a long silence: loss, duplicates, reordering, bursts, outages and cuts that
 * begin near a write after a pause, or near a keep-alive, or anywhere between.
 */
final class LateDraw {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final long LEAST_NANOS = SECOND;
  private static final long OPEN_NANOS = 5 * SECOND;
  private static final int MAX_PARTS = 12;

  private final SplittableRandom random;

  LateDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with faults in its pauses. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (!world.engine().isEditing() || world.engine().isFlushing() || world.path().isCut()) {
      return world;
    }
    if (pauseNanos(world) < LEAST_NANOS) {
      return oneIn(60) ? late(patient(world.withBoth(this::pausing))) : world;
    }
    return oneIn(3) ? late(patient(world)) : world;
  }

  private static long pauseNanos(SimulatedWorld world) {
    return Math.max(world.client().pauseNanos(), world.server().pauseNanos());
  }

  private EndpointPlan pausing(EndpointPlan end) {
    long longest = oneIn(3) ? 900 * SECOND : 100 * SECOND;
    return end.withWrites(Math.min(end.parts(), MAX_PARTS), random.nextLong(longest));
  }

  /** Endpoints that give up neither because of unanswered keep-alives nor while FINs are lost. */
  private static SimulatedWorld patient(SimulatedWorld world) {
    return world.withBoth(end -> {
      EndpointOptions options = end.options();
      long aliveNanos = Math.max(75 * SECOND, options.times().keepAliveNanos());
      return end.withOptions(
          options.withTimes(options.times().withKeepAlive(aliveNanos).withTimeWait(600 * SECOND)));
    });
  }

  private SimulatedWorld late(SimulatedWorld world) {
    long fromNanos = fromNanos(oneIn(2) ? world.client() : world.server(), world);
    long lastingNanos = random.nextLong(oneIn(2) ? 3 * SECOND : 60 * SECOND);
    SimulatedWorld faulty =
        world.withPath(
            path -> path.withEachFault(each -> faults(fromNanos, fromNanos + lastingNanos)));
    if (oneIn(4)) {
      boolean cut = oneIn(3) && !new WorldTraits(world).lastsHours();
      long until = cut ? Long.MAX_VALUE : fromNanos + random.nextLong(60 * SECOND);
      return faulty.withPath(path -> down(path, fromNanos, until));
    }
    return faulty;
  }

  /**
   * Near a write of {@code end}, or some hours after it, or anywhere. A handshake must end within
   * {@code timeouts.opening}.
   */
  private long fromNanos(EndpointPlan end, SimulatedWorld world) {
    long pauseNanos = end.pauseNanos() > 0 ? end.pauseNanos() : pauseNanos(world);
    long writeNanos = random.nextInt(1, end.parts() + 1) * pauseNanos;
    if (oneIn(4)) {
      return Math.max(OPEN_NANOS, writeNanos + random.nextLong(pauseNanos));
    }
    long hours = pauseNanos > 4 * HOUR && oneIn(2) ? 2 * HOUR * random.nextInt(1, 13) : 0;
    return Math.max(OPEN_NANOS, writeNanos + hours + random.nextLong(-2 * SECOND, SECOND));
  }

  private WireFaults faults(long fromNanos, long untilNanos) {
    if (oneIn(3)) {
      return WireFaults.NONE;
    }
    return WireFaults.NONE
        .withLoss(oneIn(2) ? random.nextDouble() * 0.4 : 0)
        .withDuplication(oneIn(2) ? random.nextDouble() * 0.3 : 0)
        .withReordering(oneIn(2) ? random.nextDouble() * 0.4 : 0, random.nextLong(SECOND))
        .withBursts(oneIn(4) ? random.nextDouble() * 0.1 : 0, 1 + random.nextInt(8))
        .withStart(fromNanos)
        .withEnd(untilNanos);
  }

  /** One wire, or both wires of one side, drop everything. */
  private PathPlan down(PathPlan path, long fromNanos, long untilNanos) {
    List<Integer> places =
        oneIn(2)
            ? List.of(random.nextInt(PathPlan.PLACES.size()))
            : PathPlan.placesOf(oneIn(2) ? Leg.INSIDE : Leg.OUTSIDE);
    PathPlan changed = path;
    for (int place : places) {
      changed =
          changed.withFault(
              place,
              each ->
                  (each.equals(WireFaults.NONE) ? each.withEnd(fromNanos) : each)
                      .withOutage(fromNanos, untilNanos));
    }
    return changed;
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
