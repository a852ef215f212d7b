package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.worker.BucketEngines;
import dev.midstream.engines.worker.BucketSweep;
import dev.midstream.engines.worker.SweptBucket;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each node lists its connections. */
class SweepStoryTest {
  private static final int BUCKETS = 8;
  private static final int COUNT = 20;
  private static final long MILLI = EngineCluster.MILLI;

  private final RandomGenerator random = SeededRounds.generator(1);
  private final ClusterStory story =
      new ClusterStory(
          new Plan(
              2,
              BUCKETS,
              1,
              LogSettings.of(CommitMode.STRICT),
              ClusterStory.all(Texts.agent()),
              Timeouts.DEFAULTS,
              Path.of(20 * MILLI),
              1));

  private void begin(int workers) {
    story.cluster.machines.forEach(each -> each.workers = workers);
    story.whole();
    for (int number = 0; number < COUNT; number++) {
      Ends ends = Ends.IPV4.withPorts(40_000 + number, 80);
      story.transfer(
          new Transfer(ends, EndpointOptions.MODERN, application(), application(), Texts::edited));
    }
  }

  private Application application() {
    Application script = new Application();
    for (int part = 0; part < 40; part++) {
      script.write(Texts.drawn(random, 1_000)).pause(50 * MILLI);
    }
    return script.close();
  }

  private static List<SweptBucket> sweep(Machine machine) {
    List<SweptBucket> swept = new ArrayList<>();
    Set<Integer> open = new HashSet<>();
    for (WorkerEngines worker : machine.all()) {
      BucketSweep sweep = worker.engines().open().sweep(0, null, 0);
      while (sweep.step(swept::add)) {
        // each step does a part
      }
      open.addAll(sweep.epochs().keySet());
    }
    assertThat(swept).extracting(SweptBucket::bucket).hasSameElementsAs(open);
    return swept;
  }

  private List<String> names(List<SweptBucket> swept) {
    List<String> names = new ArrayList<>();
    for (SweptBucket bucket : swept) {
      assertThat(bucket.epoch()).isEqualTo(story.table().bucket(bucket.bucket()).epoch());
      bucket.connections().forEach(each -> names.add(each.key().name(true)));
    }
    return names;
  }

  private static List<String> all() {
    return IntStream.range(0, COUNT)
        .mapToObj(number -> "10.0.0.1:" + (40_000 + number) + " > 10.0.0.2:80")
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  @DisplayName("HSI-1 HSI-3 each connection is on the list of one node, in its bucket")
  void eachNodeListsItsConnections(int workers) {
    begin(workers);
    story.run(500);
    List<String> names = names(sweep(story.machine(0)));
    assertThat(names).isNotEmpty().hasSizeLessThan(COUNT);
    names.addAll(names(sweep(story.machine(1))));

    assertThat(names).containsExactlyInAnyOrderElementsOf(all());
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HSI-1 LD-14 the heir of a killed node lists its connections, once it has read all")
  void theHeirListsAll() {
    begin(1);
    story.run(500);
    story.cluster.kill(story.machine(0));
    Machine heir = story.machine(1);
    story.awaitWithin(
        20_000,
        () -> {
          List<SweptBucket> swept = sweep(heir);
          return swept.size() == BUCKETS && swept.stream().allMatch(SweptBucket::isWhole);
        });

    assertThat(names(sweep(heir))).containsExactlyInAnyOrderElementsOf(all());
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HSI-1 a bucket that is handed over during the sweep is left out")
  void leavesOutWhatIsHandedOver() {
    begin(1);
    story.run(500);
    BucketEngines engines = story.machine(0).process().engines();
    BucketSweep sweep = engines.open().sweep(0, null, 0);
    engines.perform(
        new ClusterEffect.ForgetBucket(sweep.epochs().keySet().iterator().next()), 0, packet -> {});
    List<Integer> swept = new ArrayList<>();
    while (sweep.step(each -> swept.add(each.bucket()))) {
      // each step does a part
    }

    assertThat(swept).hasSize(sweep.epochs().size() - 1);
  }
}
