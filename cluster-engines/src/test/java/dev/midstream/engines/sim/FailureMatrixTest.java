package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails in a cluster, what the ends of edited transfers see of it, and for how long. */
class FailureMatrixTest {
  private static final int BUCKETS = 8;
  private static final long MILLI = EngineCluster.MILLI;

  /** From a proof that a process is dead until its heirs own its buckets. */
  private static final long TAKEOVER_MILLIS = 50;

  /** The same from the moment on in which a node says nothing any more. */
  private static final long SILENCE_MILLIS = 400 + TAKEOVER_MILLIS;

  private final EngineStoryTest others = new EngineStoryTest();

  static ClusterStory story(int machines, int copies, NoCopy noCopy, List<Rule> rules) {
    LogSettings usual = LogSettings.of(CommitMode.STRICT);
    LogSettings log =
        new LogSettings(usual.mode(), noCopy, usual.firstCopies(), usual.intervalNanos());
    return new ClusterStory(
        new Plan(machines, BUCKETS, copies, log, rules, Timeouts.DEFAULTS, Path.of(20 * MILLI), 1));
  }

  /** Nodes that edit transfers, which have begun. */
  private ClusterStory begun(int machines, int copies) {
    ClusterStory story =
        story(machines, copies, NoCopy.CONTINUE, ClusterStory.all(Texts.agent())).whole();
    others.begin(story);
    story.run(300);
    return story;
  }

  /** Kills a process, of which all others know at once that it is dead. */
  private static void killWithProof(ClusterStory story, Machine victim) {
    NodeId gone = victim.id();
    story.cluster.kill(victim);
    story
        .cluster
        .running()
        .forEach(each -> story.cluster.input(each, new ClusterInput.ProvedDead(gone)));
  }

  private static boolean isOwned(ClusterStory story, int bucket) {
    return story.cluster.machines.stream()
        .anyMatch(each -> each.mayEmit(bucket, story.cluster.now()));
  }

  private static boolean allAreOwned(ClusterStory story) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (!isOwned(story, bucket)) {
        return false;
      }
    }
    return true;
  }

  private static Machine follower(ClusterStory story) {
    Machine coordinator = story.coordinator();
    return story.cluster.running().stream()
        .filter(each -> each != coordinator)
        .findFirst()
        .orElseThrow();
  }

  private static Machine victim(ClusterStory story, boolean coordinates) {
    return coordinates ? story.coordinator() : follower(story);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("HDP-17 LD-14 a process is killed: 50 ms after the proof its heirs own its buckets")
  void processDies(boolean coordinates) {
    ClusterStory story = begun(3, 1);
    killWithProof(story, victim(story, coordinates));
    story.awaitWithin(TAKEOVER_MILLIS, () -> allAreOwned(story));
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("HDP-17 LD-6 a machine is gone: its heirs own its buckets within 450 ms")
  void hostDies(boolean coordinates) {
    ClusterStory story = begun(3, 1);
    story.cluster.crash(victim(story, coordinates));
    story.awaitWithin(SILENCE_MILLIS, () -> allAreOwned(story));
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "HDP-17 LD-6 a node is stopped for seconds: its heirs own its buckets within 450 ms; when it"
          + " wakes it sends nothing, and joins again")
  void nodeIsStopped(boolean coordinates) {
    ClusterStory story = begun(3, 1);
    Machine victim = victim(story, coordinates);
    NodeId before = victim.id();
    story.cluster.stop(victim);
    story.awaitWithin(SILENCE_MILLIS, () -> allAreOwned(story));
    story.run(5_000);
    story.cluster.resume(victim);
    story.finishWithin(60_000);
    awaitMembers(story, 3);
    assertThat(victim.id()).isNotEqualTo(before);
  }

  @Test
  @DisplayName(
      "HDP-17 LD-6 of two nodes the cluster link fails: within 450 ms the coordinator has all"
          + " buckets and the other one none; all octets arrive")
  void linkOfAPairFails() {
    ClusterStory story = begun(2, 1);
    Machine coordinator = story.coordinator();
    Machine other = follower(story);
    story.cluster.cut(1);
    story.awaitWithin(
        SILENCE_MILLIS, () -> owned(story, coordinator) == BUCKETS && owned(story, other) == 0);
    story.run(2_000);
    assertThat(owned(story, coordinator)).isEqualTo(BUCKETS);
    story.cluster.heal();
    story.finishWithin(60_000);
    awaitMembers(story, 2);
  }

  private static void awaitMembers(ClusterStory story, int count) {
    story.awaitWithin(20_000, () -> story.isWhole() && story.table().members().size() == count);
  }

  private static int owned(ClusterStory story, Machine machine) {
    int count = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      count += machine.mayEmit(bucket, story.cluster.now()) ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "5, 1", "5, 2", "3, 1"})
  @DisplayName(
      "LD-14 PDP-5 HSI-5 an owner and all its backups die at once: its connections are reset as"
          + " those whose opening was not seen, no wrong octet arrives, and new ones pass")
  void ownerAndAllBackupsDie(int machines, int copies) {
    ClusterStory story = begun(machines, copies);
    int number = story.bucketOf(others.any(story));
    Bucket bucket = story.table().bucket(number);
    List<Machine> victims =
        story.cluster.machines.stream()
            .filter(each -> bucket.isOwnedBy(each.id()) || bucket.backupOf(each.id()) != null)
            .toList();
    assertThat(victims).hasSize(1 + copies);
    List<Transfer> lost =
        story.transfers.stream().filter(each -> !each.isDone() && isLost(story, each)).toList();
    assertThat(lost).isNotEmpty();
    victims.forEach(each -> killWithProof(story, each));
    story.transfers.removeAll(lost);
    story.finishWithin(60_000);
    story.awaitWithin(60_000, () -> lost.stream().allMatch(Transfer::isDone));
    for (Transfer each : lost) {
      new StreamOracle(Texts::edited, Texts::edited).checkSoFar(each.talk());
      assertThat(each.talk().client().ending()).isEqualTo(Ending.RESET);
      assertThat(story.events.of(each.ends)).contains(Reason.MID_STREAM);
    }
    story.transfers.clear();
    for (Transfer each : lost) {
      transfer(story, each.ends.withPorts(each.ends.clientPort() + 8_000, 80), Texts::edited);
    }
    story.finishWithin(20_000);
  }

  /** Whether all that know a transfer are among those that know the first one. */
  private boolean isLost(ClusterStory story, Transfer transfer) {
    AllocationTable table = story.table();
    Bucket first = table.bucket(story.bucketOf(others.any(story)));
    Bucket bucket = table.bucket(story.bucketOf(transfer.ends));
    return table.memberIds().stream()
        .filter(each -> bucket.isOwnedBy(each) || bucket.backupOf(each) != null)
        .allMatch(first::names);
  }

  private static void transfer(ClusterStory story, Ends ends, UnaryOperator<byte[]> edits) {
    byte[] text = Texts.drawn(SeededRounds.generator(2), 30_000);
    Application client = new Application().write(text).close();
    Application server = new Application().write(text).close();
    story.transfer(new Transfer(ends, EndpointOptions.MODERN, client, server, edits));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "HDP-17 HSI-5 a backup dies: packets wait until it is taken out, 50 ms after the proof or"
          + " 450 ms after its last word")
  void backupDies(boolean isProved) {
    ClusterStory story = begun(3, 1);
    Machine coordinator = story.coordinator();
    Machine victim = follower(story);
    NodeId gone = victim.id();
    if (isProved) {
      killWithProof(story, victim);
    } else {
      story.cluster.crash(victim);
    }
    story.awaitWithin(
        isProved ? TAKEOVER_MILLIS : SILENCE_MILLIS,
        () ->
            Objects.requireNonNull(coordinator.node().table()).buckets().stream()
                .noneMatch(each -> each.names(gone)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "LD-14 LD-2 the coordinator dies: buckets that it neither owns nor backs up go on, and the"
          + " next member coordinates within 50 ms of the proof")
  void coordinatorDies() {
    ClusterStory story = begun(4, 1);
    Machine coordinator = story.coordinator();
    List<Integer> of =
        IntStream.range(0, BUCKETS)
            .filter(each -> !story.table().bucket(each).names(coordinator.id()))
            .boxed()
            .toList();
    assertThat(of).isNotEmpty();
    killWithProof(story, coordinator);
    story.awaitWithin(
        TAKEOVER_MILLIS,
        () -> {
          assertThat(of).allMatch(each -> isOwned(story, each));
          return story.cluster.running().stream()
              .anyMatch(each -> each.node().isCoordinator(each.clock(story.cluster.now())));
        });
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "HDP-17 HDP-15 an agent fails: its connections go on unedited, also when the owner is killed,"
          + " and no node calls it again for them")
  void agentFails() {
    AtomicInteger calls = new AtomicInteger();
    LambdaAgent failing =
        LambdaAgent.by((direction, view, out) -> {
          calls.incrementAndGet();
          throw new IllegalStateException("this agent always fails");
        });
    ClusterStory story = story(3, 1, NoCopy.CONTINUE, ClusterStory.all(failing)).whole();
    for (int i = 0; i < 4; i++) {
      Application client = new Application();
      Application server = new Application();
      for (int part = 0; part < 20; part++) {
        client.write(Texts.drawn(SeededRounds.generator(part), 5_000)).pause(50 * MILLI);
        server.write(Texts.drawn(SeededRounds.generator(part), 5_000)).pause(50 * MILLI);
      }
      story.transfer(
          new Transfer(
              Ends.IPV4.withPorts(40_000 + i, 80),
              EndpointOptions.MODERN,
              client.close(),
              server.close(),
              UnaryOperator.identity()));
    }
    story.run(300);
    assertThat(calls.get()).isEqualTo(4);
    killWithProof(story, story.ownerOf(others.any(story)));
    story.finishWithin(60_000);
    assertThat(calls.get()).isEqualTo(4);
  }

  @Test
  @DisplayName("PDP-7 HDP-17 three of five nodes are drained at once under load, and all leave")
  void severalAreDrained() {
    ClusterStory story = begun(5, 1);
    List<Machine> leaving = story.cluster.machines.subList(0, 3);
    leaving.forEach(
        each -> story.cluster.input(each, new ClusterInput.Drain(Member.Role.DRAINING)));
    story.awaitWithin(20_000, () -> leaving.stream().allMatch(each -> each.hasLeft));
    story.finishWithin(60_000);
    story.awaitWithin(5_000, story::isWhole);
  }

  @Test
  @DisplayName(
      "HDP-18 with `no-copy: hold` nothing of an agent passes while no other node keeps records;"
          + " when one does again, all octets arrive")
  void holdsWithoutACopy() {
    ClusterStory story = story(2, 1, NoCopy.HOLD, ClusterStory.all(Texts.agent())).whole();
    others.begin(story);
    story.run(300);
    Machine gone = follower(story);
    killWithProof(story, gone);
    story.run(5_000); // what was released before arrives, again if it was lost
    long before = delivered(story);
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    story.run(3_000);
    assertThat(delivered(story)).isEqualTo(before);
    story.cluster.start(gone);
    story.finishWithin(60_000);
  }

  private static long delivered(ClusterStory story) {
    return story.transfers.stream()
        .mapToLong(
            each -> each.talk().client().receivedBytes() + each.talk().server().receivedBytes())
        .sum();
  }
}
