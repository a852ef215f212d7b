package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens to edited transfers while the nodes of a cluster die, move buckets and join. */
class EngineStoryTest {
  private static final int BUCKETS = 8;
  private static final long MILLI = EngineCluster.MILLI;
  private static final int TRANSFERS = 8;

  private final RandomGenerator random = SeededRounds.generator(1);

  static ClusterStory story(int machines, int copies) {
    return new ClusterStory(
        new Plan(
            machines,
            BUCKETS,
            copies,
            LogSettings.of(CommitMode.STRICT),
            ClusterStory.all(Texts.agent()),
            Timeouts.DEFAULTS,
            Path.of(20 * MILLI),
            1));
  }

  /** Transfers of 100 KB in each direction, some at once and some in parts with pauses. */
  void begin(ClusterStory story) {
    for (int i = 0; i < TRANSFERS; i++) {
      Ends ends = Ends.IPV4.withPorts(40_000 + i, 80);
      story.transfer(
          new Transfer(
              ends, EndpointOptions.MODERN, application(i), application(i + 1), Texts::edited));
    }
  }

  private Application application(int number) {
    Application script = new Application();
    for (int part = 0; part < 10; part++) {
      script.write(Texts.drawn(random, 10_000));
      if (number % 2 == 0) {
        script.pause(random.nextLong(300 * MILLI));
      }
    }
    return script.close();
  }

  Ends any(ClusterStory story) {
    return story.transfers.getFirst().ends;
  }

  @Test
  @DisplayName("HDP-17 edited transfers pass through a cluster in which nothing happens")
  void transfersPass() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HDP-17 LD-14 the owner is killed, and all octets of all transfers arrive")
  void ownerIsKilled() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(any(story)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 LD-14 the coordinator is killed, and all octets of all transfers arrive")
  void coordinatorIsKilled() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(300);
    story.cluster.kill(story.coordinator());
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 HSI-5 the owner is killed, then the heir, and then the next one")
  void ownerAndHeirsAreKilled() {
    ClusterStory story = story(5, 2).whole();
    begin(story);
    for (int i = 0; i < 3; i++) {
      story.run(200);
      story.cluster.kill(story.ownerOf(any(story)));
      story.awaitWithin(20_000, story::isWhole);
    }
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 HSI-5 the backup is killed: packets wait until it is taken out")
  void backupIsKilled() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(300);
    story.cluster.kill(story.heirOf(any(story)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 LD-14 one owner after the other is killed, and comes back")
  void ownersAreKilledInTurn() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    for (int i = 0; i < 3; i++) {
      story.run(200);
      Machine owner = story.ownerOf(any(story));
      story.cluster.kill(owner);
      story.run(50);
      story.cluster.start(owner);
      story.awaitWithin(20_000, story::isWhole);
    }
    story.finishWithin(60_000);
  }

  /** Shows the machine that takes the bucket over next to {@code observer}, at once. */
  private void onTakeover(ClusterStory story, Consumer<Machine> observer) {
    int bucket = story.bucketOf(any(story));
    Machine owner = story.ownerOf(any(story));
    List<Machine> heirs = new ArrayList<>();
    story.cluster.tables =
        table -> {
          Machine now =
              story.cluster.machineOf(Objects.requireNonNull(table.bucket(bucket).owner()));
          if (now != owner && heirs.isEmpty()) {
            heirs.add(now);
            observer.accept(now);
          }
        };
    story.cluster.kill(owner);
    story.awaitWithin(5_000, () -> !heirs.isEmpty());
  }

  /** Counts the packets of the first bucket that {@code machines} send. */
  private AtomicLong sentBy(List<Machine> machines, ClusterStory story) {
    int bucket = story.bucketOf(any(story));
    AtomicLong sent = new AtomicLong();
    story.cluster.emissions =
        (machine, number) -> {
          if (machines.contains(machine) && number == bucket) {
            sent.incrementAndGet();
          }
        };
    return sent;
  }

  @Test
  @DisplayName("HDP-17 LD-14 HSI-5 the heir is killed at once: the other backup still holds all")
  void heirIsKilledAtOnce() {
    ClusterStory story = story(5, 2).whole();
    begin(story);
    story.run(300);
    onTakeover(
        story, heir -> story.cluster.at(story.cluster.now(), () -> story.cluster.kill(heir)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 LD-14 HSI-5 before another backup has its base the heir sends nothing")
  void heirWaitsForTheOtherBackup() {
    ClusterStory story = story(5, 2).whole();
    begin(story);
    story.run(300);
    List<Machine> heirs = new ArrayList<>();
    AtomicLong sent = sentBy(heirs, story);
    story.cluster.carrier.logLoss =
        (from, to, message) -> heirs.contains(from) && message instanceof LogMessage.Append;
    onTakeover(story, heirs::add);
    story.run(2_000);
    assertThat(story.ownerOf(any(story))).isSameAs(heirs.getFirst());
    assertThat(sent.get()).isZero();
    story.cluster.kill(heirs.getFirst());
    story.finishWithin(60_000);
    assertThat(sent.get()).isZero();
  }

  @Test
  @DisplayName("HDP-17 LD-14 HSI-5 an heir that has sent is killed: the base is there, and goes on")
  void heirIsKilledAfterItHasSent() {
    ClusterStory story = story(5, 2).whole();
    begin(story);
    story.run(300);
    List<Machine> heirs = new ArrayList<>();
    AtomicLong sent = sentBy(heirs, story);
    story.cluster.carrier.logLoss =
        (from, to, message) -> heirs.contains(from) && message instanceof LogMessage.Counted;
    onTakeover(story, heirs::add);
    story.run(500);
    assertThat(sent.get()).isGreaterThan(10);
    assertThat(story.table().bucket(story.bucketOf(any(story))).backups())
        .noneMatch(Backup::complete);
    story.cluster.kill(heirs.getFirst());
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 buckets move while octets are on their way, and none is lost")
  void bucketsMove() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    for (int i = 0; i < 4; i++) {
      story.run(100);
      Machine owner = story.ownerOf(any(story));
      int to = (owner.number + 1) % 3;
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        story.cluster.input(owner, new ClusterInput.Move(bucket, story.machine(to).id()));
      }
      story.awaitWithin(5_000, () -> story.isWhole() && story.ownerOf(any(story)) != owner);
    }
    story.finishWithin(60_000);
    assertThat(story.network.lostFrames()).isZero();
  }

  @Test
  @DisplayName("HDP-17 HSI-4 the taker dies before the giver knows that it is one, which goes on")
  void takerDiesBeforeTheGiverKnows() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(200);
    int bucket = story.bucketOf(any(story));
    Machine giver =
        story.ownerOf(any(story)) == story.coordinator()
            ? moved(story, bucket)
            : story.ownerOf(any(story));
    Machine taker = story.heirOf(any(story));
    List<AllocationTable> lost = new ArrayList<>();
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> {
          boolean isLost = to == giver && hasTaker(message, bucket);
          if (isLost && message instanceof ClusterMessage.Install install) {
            lost.add(install.table());
          }
          return isLost;
        };
    story.cluster.input(giver, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> !lost.isEmpty());
    story.cluster.kill(taker);
    story.finishWithin(60_000);
    assertThat(
            story.cluster.machineOf(Objects.requireNonNull(story.table().bucket(bucket).owner())))
        .isSameAs(giver);
  }

  /** Moves a bucket from the coordinator to another machine. */
  private Machine moved(ClusterStory story, int bucket) {
    Machine owner = story.ownerOf(any(story));
    Machine taker = story.machine((owner.number + 1) % 3);
    story.cluster.input(owner, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> story.isWhole() && story.ownerOf(any(story)) == taker);
    return taker;
  }

  private static boolean hasTaker(ClusterMessage message, int bucket) {
    AllocationTable table =
        message instanceof ClusterMessage.Install install ? install.table() : null;
    return table != null && table.bucket(bucket).from() != null;
  }

  @Test
  @DisplayName("HDP-17 PDP-7 a node is drained under load, and leaves")
  void nodeIsDrained() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(200);
    Machine owner = story.ownerOf(any(story));
    story.cluster.input(owner, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(10_000, () -> owner.hasLeft);
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 PDP-6 a node joins under load, and goes on when the others are killed")
  void nodeJoins() {
    ClusterStory story = story(3, 2).whole(2);
    begin(story);
    story.run(200);
    story.cluster.start(story.machine(2));
    story.awaitWithin(10_000, () -> story.table().members().size() == 3 && story.isWhole());
    story.cluster.kill(story.machine(0));
    story.awaitWithin(10_000, story::isWhole);
    story.cluster.kill(story.machine(1));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 LD-6 an owner is stopped for ten seconds, and sends nothing when it wakes")
  void ownerIsStopped() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(300);
    Machine owner = story.ownerOf(any(story));
    story.cluster.stop(owner);
    story.run(10_000);
    story.cluster.resume(owner);
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-17 LD-3 an owner is cut off, and the others go on with its connections")
  void ownerIsCutOff() {
    ClusterStory story = story(3, 1).whole();
    begin(story);
    story.run(300);
    story.cluster.cut(1 << story.ownerOf(any(story)).number);
    story.run(5_000);
    story.cluster.heal();
    story.finishWithin(60_000);
    story.awaitWithin(20_000, story::isWhole);
  }

  @Test
  @DisplayName("HDP-17 LD-9 packets arrive at any node, and their owners get them")
  void anyNodeReceives() {
    ClusterStory story = story(3, 1);
    story.cluster.segments.redirects = true;
    story.whole();
    begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(any(story)));
    story.finishWithin(90_000);
  }

  @Test
  @DisplayName("HDP-17 LD-8 LD-9 fragments are gathered by addresses, and reach their connections")
  void fragmentsReachTheirConnections() {
    ClusterStory story = story(3, 1);
    story.cluster.segments.redirects = true;
    story.whole();
    story.wrap(inner -> new FragmentingBox(inner, EngineStoryTest::halves).joining());
    begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(any(story)));
    story.finishWithin(90_000);
  }

  private static List<byte[]> halves(byte[] frame, int id) {
    int length = frame.length - FrameFragments.payloadOffset(frame);
    return length < 600 ? List.of(frame) : FrameFragments.cut(frame, id, 400);
  }
}
