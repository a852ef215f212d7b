package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The packets of all connections come to buckets of one node at first. */
class LoadStoryTest {
  private static final int BUCKETS = 16;
  private static final long MILLI = EngineCluster.MILLI;
  private static final int PARTS = 500;
  private static final int PART_BYTES = 2_000;

  /**
   * Of 8 busy buckets; the other node has 3, and 8 idle ones: one more would make it the busier.
   */
  private static final long LEFT = 5;

  private final RandomGenerator random = SeededRounds.generator(1);
  private final Set<Integer> busy = new HashSet<>();

  /** A transfer of 2 KB each 50 ms in both directions, in each bucket of {@code machine}. */
  private void begin(ClusterStory story, Machine machine) {
    for (int port = 40_000; busy.size() < BUCKETS / 2; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      if (story.ownerOf(ends) == machine && busy.add(story.bucketOf(ends))) {
        story.transfer(
            new Transfer(
                ends, EndpointOptions.MODERN, application(), application(), Texts::edited));
      }
    }
  }

  private Application application() {
    Application script = new Application();
    for (int part = 0; part < PARTS; part++) {
      script.write(Texts.drawn(random, PART_BYTES)).pause(50 * MILLI);
    }
    return script.close();
  }

  private long busyOf(ClusterStory story, Machine machine) {
    List<Bucket> buckets = story.table().buckets();
    return busy.stream()
        .filter(each -> Objects.equals(buckets.get(each).owner(), machine.id()))
        .count();
  }

  @Test
  @DisplayName("LD-7 HSI-9 a node with all the traffic gives a part to the other one, and stops")
  void sharesTheLoad() {
    ClusterStory story =
        new ClusterStory(
                new Plan(
                    2,
                    BUCKETS,
                    1,
                    LogSettings.of(CommitMode.STRICT),
                    ClusterStory.all(Texts.agent()),
                    Timeouts.DEFAULTS,
                    Path.of(20 * MILLI),
                    1))
            .whole();
    Machine loaded = story.machine(0);
    begin(story, loaded);
    assertThat(busyOf(story, loaded)).isEqualTo(BUCKETS / 2);
    story.awaitWithin(10_000, () -> busyOf(story, loaded) <= LEFT);
    story.run(5_000);
    long opened = story.cluster.opened();
    story.run(10_000);
    assertThat(story.cluster.opened()).isEqualTo(opened);
    assertThat(busyOf(story, loaded)).isEqualTo(LEFT);
    story.finishWithin(60_000);
  }
}
