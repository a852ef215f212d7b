package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.worker.StaySteps;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** Clusters in which connections stay with a node that hands its buckets over. */
abstract class StayStories {
  static final int BUCKETS = 8;
  static final long MILLI = EngineCluster.MILLI;
  static final int TRANSFERS = 16;

  final RandomGenerator random = SeededRounds.generator(1);

  /** In what steps connections are listed and given. */
  StaySteps steps = StaySteps.USUAL;

  /** What is charged with lists of them. */
  UnaryOperator<ConnectionPool> pools = UnaryOperator.identity();

  /** What waits for records. */
  CommitMode committing = CommitMode.STRICT;

  /** What edits transfers. */
  LambdaAgent agent = Texts.agent();

  private int ports = 40_000;

  /** How frames reach nodes. */
  enum Delivery {
    SHARED,
    REDIRECTED,
    DISPATCHED
  }

  ClusterStory story(Delivery delivery, int machines, int workers) {
    return cluster(delivery, machines, workers, Reallocation.MOVE).whole();
  }

  /** A cluster of which no machine runs yet. */
  ClusterStory cluster(Delivery delivery, int machines, int workers, Reallocation reallocation) {
    Plan plan =
        new Plan(
            machines,
            BUCKETS,
            1,
            LogSettings.of(committing),
            ClusterStory.all(agent),
            Timeouts.DEFAULTS,
            Path.of(20 * MILLI),
            1,
            Lone.PROVE,
            reallocation);
    ClusterStory story = new ClusterStory(plan, delivery == Delivery.DISPATCHED ? 2 : 0);
    story.cluster.segments.redirects = delivery != Delivery.SHARED;
    story.cluster.machines.forEach(each -> each.workers = workers);
    story.cluster.staying.steps = steps;
    story.cluster.staying.pools = pools;
    return story;
  }

  /** Transfers in both directions that take some seconds. */
  void begin(ClusterStory story) {
    for (int i = 0; i < TRANSFERS; i++) {
      Ends ends = Ends.IPV4.withPorts(ports++, 80);
      Application client = script(i % 2 == 0);
      Application server = script(i % 3 == 0);
      story.transfer(new Transfer(ends, EndpointOptions.MODERN, client, server, Texts::edited));
    }
  }

  Application script(boolean pauses) {
    Application script = new Application();
    for (int part = 0; part < 20; part++) {
      script.write(Texts.drawn(random, 5_000));
      if (pauses) {
        script.pause(100 * MILLI + random.nextLong(300 * MILLI));
      }
    }
    return script.close();
  }

  Ends first(ClusterStory story) {
    return story.transfers.getFirst().ends;
  }

  /** The owner of the first transfer hands its buckets over, and its connections stay. */
  Machine stay(ClusterStory story) {
    begin(story);
    story.run(300);
    Machine owner = story.ownerOf(first(story));
    story.cluster.input(owner, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> hasHandedOver(story, owner));
    assertThat(staying(story, owner)).isPositive();
    return owner;
  }

  static boolean hasHandedOver(ClusterStory story, Machine machine) {
    AllocationTable table = story.table();
    return table.buckets().stream()
        .noneMatch(each -> machine.id().equals(each.owner()) || machine.id().equals(each.from()));
  }

  /** How many of the transfers stay with {@code machine}. */
  static long staying(ClusterStory story, Machine machine) {
    return story.transfers.stream().filter(each -> isAt(story, machine, each)).count();
  }

  static boolean isAt(ClusterStory story, Machine machine, Transfer transfer) {
    int bucket = story.bucketOf(transfer.ends);
    return machine.engines(bucket).staying().isHere(bucket, ClusterStory.endsOf(transfer.ends));
  }

  Machine other(ClusterStory story, Machine... not) {
    return story.cluster.running().stream()
        .filter(each -> !List.of(not).contains(each) && !each.isDispatcher)
        .findFirst()
        .orElseThrow();
  }

  Machine owner(ClusterStory story, int bucket) {
    return story.cluster.machineOf(Objects.requireNonNull(story.table().bucket(bucket).owner()));
  }
}
