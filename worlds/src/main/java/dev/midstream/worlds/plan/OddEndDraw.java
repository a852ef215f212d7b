package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.SplittableRandom;

/**
 * Draws ends that few hosts are: one that announces a tiny MSS, and both with timestamps that tick
 * every microsecond. These wrap within 72 minutes, so only pauses of hours make them a hardship.
 * Both ends write before the first pause, and a round trip takes 140 ms: the box knows a clock once
 * it has seen it tick for 0.13 s.
 */
final class OddEndDraw {
  private static final int TINY_ONE_IN = 150;
  private static final int FAST_ONE_IN = 2;
  private static final int MOST_BYTES = 10_000;
  private static final int MOST_GROWTH_BYTES = 30;
  private static final long LEAST_DELAY_NANOS = 70_000_000L;

  private final SplittableRandom random;

  OddEndDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such ends. */
  SimulatedWorld changed(SimulatedWorld world) {
    SimulatedWorld changed =
        new WorldTraits(world).lastsHours() && random.nextInt(FAST_ONE_IN) == 0
            ? ticking(world)
            : world;
    return random.nextInt(TINY_ONE_IN) == 0 ? tiny(changed) : changed;
  }

  private static SimulatedWorld ticking(SimulatedWorld world) {
    return world
        .withBoth(end -> fast(writing(end)))
        .withPath(path -> path.withDelay(Math.max(path.delayNanos(), LEAST_DELAY_NANOS)));
  }

  private static EndpointPlan writing(EndpointPlan end) {
    return end.withAtLeast(end.parts());
  }

  private static EndpointPlan fast(EndpointPlan end) {
    EndpointOptions options = end.options();
    return end.withOptions(options.with(Behaviour.FAST_CLOCK, Behaviour.TIMESTAMPS));
  }

  /** Short streams: each of their segments carries a few octets. */
  private SimulatedWorld tiny(SimulatedWorld world) {
    int mss = 1 + random.nextInt(EndpointOptions.LEAST_MSS_BYTES - 1);
    SimulatedWorld small =
        world
            .withBoth(end -> end.withBytes(Math.min(end.bytes(), MOST_BYTES)))
            .withAgent(agent -> agent.withGrowth(Math.min(agent.growthBytes(), MOST_GROWTH_BYTES)));
    return random.nextBoolean()
        ? small.withClient(end -> end.withOptions(end.options().withMss(mss)))
        : small.withServer(end -> end.withOptions(end.options().withMss(mss)));
  }
}
