package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long buckets are without an owner after one failure, at any moment of any cluster. */
@Tag("worlds")
class TakeoverBoundsTest {
  private static final int ROUNDS = 60;
  private static final long PROVED_MILLIS = 50;
  private static final long SILENT_MILLIS = 450;

  @Test
  @DisplayName("LD-14 HSI-9 a process is killed: every bucket is owned within 50 ms")
  void afterProof() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          Story story = cluster(random);
          Host victim = story.host(random.nextInt(story.cluster.hosts.size()));
          story.killWithProof(victim);
          awaitOwned(story, PROVED_MILLIS);
        });
  }

  @Test
  @DisplayName("LD-6 HSI-9 a machine is silent or stopped: every bucket is owned within 450 ms")
  void afterSilence() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          Story story = cluster(random);
          Host victim = story.host(random.nextInt(story.cluster.hosts.size()));
          if (random.nextBoolean()) {
            story.cluster.crash(victim);
          } else {
            story.cluster.stop(victim);
          }
          awaitOwned(story, SILENT_MILLIS);
        });
  }

  private static Story cluster(RandomGenerator random) {
    Story story = new Story(3 + random.nextInt(3), random).whole();
    story.write(2);
    story.cluster.network.isBusy = false;
    story.run(random.nextInt(1_000));
    return story;
  }

  private static void awaitOwned(Story story, long millis) {
    story.run(1);
    long waited = 1 + story.awaitWithin(millis, story::isOwned);
    story.write(2);
    assertThat(waited).isLessThanOrEqualTo(millis);
  }
}
