package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.plan.CommitDraw;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.MoveDraw;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Endpoints that send arbitrary segments; {@code -Dmidstream.effort} multiplies the rounds. */
@Tag("worlds")
class HostileEndpointsTest {
  private static final int ROUNDS = 1_500;
  private static final long MAX_BYTES = 1 << 20;
  private static final int MOST_CALLS = 40;

  @Test
  @DisplayName("laws 3, 6, 10 and 11 hold whatever both endpoints send, and every timer ends")
  void survivesHostileEndpoints() {
    TakeoverCounts counts = new TakeoverCounts("hostile ends");
    TakeoverCounts ofIpv6 = new TakeoverCounts("hostile ends over IPv6");
    SeededRounds.runSeeds(
        ROUNDS,
        seed -> {
          RandomGenerator random = SeededRounds.generator(seed);
          LambdaAgent agent = BlockAgent.of(random.nextLong());
          EnginePlan plan = EnginePlan.PLAIN.onFailure(anyPolicy(random), anyPolicy(random));
          if (random.nextInt(4) == 0) {
            plan = plan.withLimits(smallLimits(random));
          }
          EnginePlan moving = MoveDraw.of(seed).changed(plan);
          EnginePlan dying = CommitDraw.of(seed).dying(moving, MOST_CALLS, seed);
          Ends ends = random.nextInt(4) == 0 ? Ends.IPV6 : Ends.IPV4;
          HostileEndpoints run = new HostileEndpoints(ends, dying, agent, MAX_BYTES, seed, random);
          run.run();
          counts.add(run.takeovers(), run.handOvers());
          if (ends.equals(Ends.IPV6)) {
            ofIpv6.add(run.takeovers(), run.handOvers());
          }
        });
    counts.print();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > ROUNDS / 4)
        .as("%s", counts)
        .isTrue();
    assertThat(SeededRounds.isReplay() || ofIpv6.takeovers() > ROUNDS / 20)
        .as("%s", ofIpv6)
        .isTrue();
  }

  private static OnFailure anyPolicy(RandomGenerator random) {
    return random.nextBoolean() ? OnFailure.PASS : OnFailure.RESET;
  }

  private static EngineLimits smallLimits(RandomGenerator random) {
    return EngineLimits.DEFAULTS
        .withDelayedBytes(random.nextInt(500, 3_500))
        .withHoldBytes(random.nextInt(100, 300))
        .withWaitingBytes(random.nextInt(100, 600))
        .withCommands(random.nextInt(10, 110));
  }
}
