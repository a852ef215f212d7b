package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Cuts off one end of few worlds, for ever, as if the end or its path had died. Mostly both of its
 * wires are cut, sometimes only one.
 */
final class CutDraw {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final int MIN_DOUBLINGS = 3;
  private static final int MAX_DOUBLINGS = 14;

  private final SplittableRandom random;

  CutDraw(SplittableRandom random) {
    this.random = random;
  }

  /**
   * {@code world}, possibly with an end that is cut off. Silence must not make the engine pass what
   * an agent holds.
   */
  SimulatedWorld changed(SimulatedWorld world) {
    boolean cuttable =
        !world.engine().isJoining()
            && !world.engine().isFlushing()
            && !new WorldTraits(world).lastsHours();
    return cuttable && oneIn(20) ? cut(world) : world;
  }

  private SimulatedWorld cut(SimulatedWorld world) {
    long least = MILLI << random.nextInt(MIN_DOUBLINGS, MAX_DOUBLINGS);
    long from = least + random.nextLong(least);
    SimulatedWorld patient = oneIn(4) ? world : world.withBoth(CutDraw::patient);
    return patient.withPath(path -> cut(path, from));
  }

  private PathPlan cut(PathPlan path, long fromNanos) {
    PathPlan changed = path;
    for (int place : places()) {
      changed = changed.withFault(place, faults -> ending(faults).withCut(fromNanos));
    }
    return changed;
  }

  /** One wire, or both wires of one side. */
  private List<Integer> places() {
    if (oneIn(4)) {
      return List.of(random.nextInt(PathPlan.PLACES.size()));
    }
    return PathPlan.placesOf(oneIn(2) ? Leg.INSIDE : Leg.OUTSIDE);
  }

  private static WireFaults ending(WireFaults faults) {
    return faults.equals(WireFaults.NONE) ? faults.withEnd(SECOND) : faults;
  }

  /** An endpoint whose keep-alives do not end the connection before the box may give it up. */
  private static EndpointPlan patient(EndpointPlan end) {
    EndpointOptions options = end.options();
    return end.withOptions(options.withTimes(options.times().withKeepAlive(75 * SECOND)));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
