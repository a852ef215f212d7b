package dev.midstream.reassembly.law;

import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.random.SeededRounds;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Both ends send whatever they like; {@code -Dmidstream.effort} makes it many times. */
class HostileEndsTest {
  private static final int ROUNDS = 1_500;
  private static final long MOST_BYTES = 1 << 20;

  @Test
  @DisplayName("laws 3, 6, 10 and 11 hold whatever both ends send, and every timer ends")
  void survivesHostileEnds() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          TestEngine ends = TestEngine.inline(BlockAgent.of(random.nextLong()));
          OnFailure failure = random.nextBoolean() ? OnFailure.PASS : OnFailure.RESET;
          OnFailure hold = random.nextBoolean() ? OnFailure.PASS : OnFailure.RESET;
          ends.onFailure(failure, hold);
          if (random.nextInt(4) == 0) {
            ends.limits(
                new TestLimits()
                    .delayedBytes(random.nextInt(500, 3_500))
                    .holdBytes(random.nextInt(100, 300))
                    .waitingBytes(random.nextInt(100, 600))
                    .commands(random.nextInt(10, 110)));
          }
          new HostileEnds(ends.engine(), MOST_BYTES, random).run();
        });
  }
}
