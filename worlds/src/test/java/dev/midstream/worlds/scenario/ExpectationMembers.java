package dev.midstream.worlds.scenario;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.worlds.plan.EndpointPlan;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import dev.midstream.worlds.plan.WorldText;
import java.util.random.RandomGenerator;

/** Draws the endpoints, paths and agents of connections through one engine. */
final class ExpectationMembers {
  private static final long SECOND = 1_000_000_000L;
  private static final String REMOVED =
      "small-limits,vlan-tags,urgent-policies,resetting-agent,failing-agent,days,joining,fragments,"
          + "stalling-readers,simultaneous-opening,long-streams,corruption,outages,aborts,long-paths,"
          + "late-faults,long-pauses";

  private final RandomGenerator random;
  private final EnginePlan plan;

  ExpectationMembers(RandomGenerator random, EnginePlan plan) {
    this.random = random;
    this.plan = plan;
  }

  /** A connection between {@code ends} that is treated so. */
  SimulatedWorld world(Ends ends, Treatment treatment) {
    SimulatedWorld drawn = WorldDraw.of(random.nextLong()).without(Hardship.named(REMOVED));
    return placed(drawn, drawn.seed(), ends, plan.withTreatment(treatment));
  }

  /** The same world between {@code ends}, with another seed and engine. */
  private static SimulatedWorld placed(
      SimulatedWorld drawn, long seed, Ends ends, EnginePlan engine) {
    return new SimulatedWorld(
        seed, ends, false, drawn.client(), drawn.server(), drawn.path(), engine, drawn.agent());
  }

  /** Its client writes its last octets after all related connections but late ones were opened. */
  SimulatedWorld lasting(Ends ends) {
    return writing(world(ends, Treatment.EDIT), 60 * SECOND);
  }

  /** Its client writes its last octets after all connections of this kind have begun. */
  SimulatedWorld brief(Ends ends) {
    SimulatedWorld plain = WorldText.read("client.bytes=900");
    return writing(placed(plain, random.nextLong(), ends, plan), SECOND);
  }

  /** The same world with a client that writes three times, and pauses after each time. */
  private static SimulatedWorld writing(SimulatedWorld drawn, long pauseNanos) {
    EndpointPlan client = drawn.client();
    EndpointPlan writing =
        new EndpointPlan(
            client.options(),
            Math.max(client.bytes(), 900),
            3,
            pauseNanos,
            client.readBytes(),
            client.readEveryNanos(),
            EndpointPlan.Closing.AT_ONCE);
    return new SimulatedWorld(
        drawn.seed(),
        drawn.ends(),
        false,
        writing,
        drawn.server(),
        drawn.path(),
        drawn.engine(),
        drawn.agent());
  }
}
