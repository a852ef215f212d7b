package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.AgentPlan.Change;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws good paths: without a box nothing would be lost, retransmitted or refused, so every timeout
 * and retransmission shows what the box costs.
 */
final class CalmDraw {
  private static final int ONE_IN = 12;
  private static final long MAX_DELAY_NANOS = 25_000_000L;
  private static final int FEW_SEGMENTS = 8;

  private static final List<Change> SHORTENING =
      List.of(Change.SAME_LENGTH, Change.SHRINK, Change.DELETE);

  private final SplittableRandom random;

  CalmDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly on a good path between patient ends. */
  SimulatedWorld changed(SimulatedWorld world) {
    boolean changeable = !world.path().isCut() && !new WorldTraits(world).lastsHours();
    if (!changeable || random.nextInt(ONE_IN) > 0) {
      return world;
    }
    SimulatedWorld good = world.withPath(this::good).withBoth(CalmDraw::patient);
    Change change = SHORTENING.get(random.nextInt(SHORTENING.size()));
    return good.agent().mayGrow() ? good.withAgent(agent -> agent.withChange(change)) : good;
  }

  private PathPlan good(PathPlan path) {
    return path.withEachFault(faults -> WireFaults.NONE)
        .withRate(0)
        .withLinks(LinkPlan.NONE)
        .withDelay(random.nextLong(MAX_DELAY_NANOS));
  }

  private static EndpointPlan patient(EndpointPlan end) {
    EndpointOptions options =
        end.options()
            .without(Behaviour.RENEGING, Behaviour.SHRINKING_WINDOW, Behaviour.FAST_OPEN)
            .with(Behaviour.CONGESTION_CONTROL);
    int least = FEW_SEGMENTS * options.segmentBytes();
    int bytes = Math.max(least, options.receiveBufferBytes());
    return end.withOptions(options.withBuffer(bytes, options.windowScale()))
        .withReads(Math.max(least, end.readBytes()), 0);
  }
}
