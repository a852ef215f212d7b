package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios: what fails, and how long it takes until every bucket is owned again. */
class StoryTest {
  private static final long PROVED_MILLIS = 50;
  private static final long SILENT_MILLIS = 450;

  @Test
  @DisplayName("LD-2 a node whose address is the only one coordinates within 100 ms")
  void formsAlone() {
    Story story = new Story(1);
    story.cluster.start(story.host(0));

    story.awaitWithin(100, () -> story.members(story.host(0)) == 1);
    story.wantAll();
    story.awaitWithin(50, story::isOwned);
  }

  @Test
  @DisplayName("LD-2 a node does not form a cluster while another address is silent")
  void doesNotFormInDoubt() {
    Story story = new Story(2);
    story.cluster.crash(story.host(1));
    story.cluster.start(story.host(0));
    story.run(5_000);
    assertThat(story.members(story.host(0))).isZero();

    story.host(1).isUp = true;
    story.awaitWithin(400, () -> story.members(story.host(0)) == 1);
  }

  @Test
  @DisplayName("LD-1 HSI-9 nodes that start together form one cluster and share the buckets")
  void formsTogether() {
    Story story = new Story(4).whole();

    assertThat(story.cluster.hosts).allMatch(host -> story.members(host) == 4);
    assertThat(story.cluster.hosts).allMatch(host -> story.emitted(host) == 2);
  }

  @Test
  @DisplayName(
      "LD-14 HSI-9 a process is killed: its heirs own its buckets within 50 ms of the proof")
  void takesOverAfterProof() {
    Story story = new Story(3).whole();
    story.write(3);
    Host victim = story.follower();
    assertThat(story.emitted(victim)).isPositive();

    story.killWithProof(victim);
    assertThat(story.isOwned()).isFalse();

    story.awaitWithin(PROVED_MILLIS, story::isOwned);
    story.write(3);
    story.awaitWithin(500, story::isWhole);
    assertThat(story.table().members()).hasSize(2);
  }

  @Test
  @DisplayName(
      "LD-14 the coordinator is killed: the next member takes over within 50 ms of the proof")
  void replacesTheCoordinator() {
    Story story = new Story(3).whole();
    story.write(3);
    Host victim = story.coordinator();

    story.killWithProof(victim);

    story.awaitWithin(PROVED_MILLIS, story::isOwned);
    assertThat(story.coordinator()).isNotEqualTo(victim);
    story.write(3);
  }

  @Test
  @DisplayName(
      "LD-6 a machine crashes: its buckets are owned again within the detection time and 50 ms")
  void takesOverAfterSilence() {
    for (boolean leader : new boolean[] {false, true}) {
      Story story = new Story(3).whole();
      story.write(3);
      Host victim = leader ? story.coordinator() : story.follower();

      story.cluster.crash(victim);

      story.awaitWithin(SILENT_MILLIS + 20, story::isOwned);
      story.write(3);
    }
  }

  @Test
  @DisplayName(
      "LD-6 of two nodes one crashes: the other is silent on all interfaces, so it goes on")
  void thePairSurvivesACrash() {
    for (boolean leader : new boolean[] {false, true}) {
      Story story = new Story(2).whole();
      story.write(3);
      Host victim = leader ? story.coordinator() : story.follower();

      story.cluster.crash(victim);

      story.awaitWithin(SILENT_MILLIS + 50, story::isOwned);
      story.write(3);
    }
  }

  @Test
  @DisplayName(
      "LD-6 of two nodes the cluster link fails: the coordinator goes on, the other steps down")
  void theCoordinatorOfAPairGoesOn() {
    Story story = new Story(2).whole();
    Host leader = story.coordinator();
    Host other = story.follower();

    story.cluster.cut(1);

    story.awaitWithin(SILENT_MILLIS + 50, () -> story.emitted(leader) == Story.BUCKETS);
    story.run(1_000);
    assertThat(story.emitted(other)).isZero();
    assertThat(story.members(other)).as("it has begun a new life").isZero();

    story.cluster.heal();
    story.awaitWithin(3_000, () -> story.members(other) == 2);
  }

  @Test
  @DisplayName("LD-6 a node that may have been removed does not go on when the other one dies too")
  void doesNotGoOnWithOldReplicas() {
    Story story = new Story(2).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.follower();

    story.cluster.cut(1);
    story.run(300);
    story.cluster.stop(other);
    story.awaitWithin(SILENT_MILLIS, () -> story.emitted(leader) == Story.BUCKETS);
    story.write(2);
    story.run(200);
    story.cluster.crash(leader);
    story.cluster.resume(other);
    story.run(5_000);

    assertThat(story.emitted(other)).isZero();
  }

  @Test
  @DisplayName("LD-6 with `lone: stop` neither of two nodes goes on without proof")
  void thePairStopsIfToldTo() {
    Story story = new Story(2, Lone.STOP).whole();
    story.cluster.cut(1);
    story.run(2_000);

    assertThat(story.cluster.hosts).allMatch(host -> story.emitted(host) == 0);
    story.cluster.heal();
    story.awaitWithin(2_000, story::isOwned);
  }

  @Test
  @DisplayName("LD-6 a node that was stopped emits nothing when it wakes up, and joins again")
  void fencesAfterAPause() {
    for (boolean leader : new boolean[] {false, true}) {
      Story story = new Story(3).whole();
      story.write(2);
      Host victim = leader ? story.coordinator() : story.follower();

      story.cluster.stop(victim);
      story.awaitWithin(SILENT_MILLIS + 20, story::isOwned);
      story.write(2);
      story.cluster.resume(victim);
      assertThat(story.emitted(victim)).isZero();

      story.awaitWithin(3_000, () -> story.members(victim) == 3);
      story.write(2);
    }
  }

  @Test
  @DisplayName("LD-6 a pause shorter than the lease costs nothing")
  void survivesAShortPause() {
    Story story = new Story(3).whole();
    Host victim = story.coordinator();

    story.cluster.stop(victim);
    story.run(150);
    story.cluster.resume(victim);
    story.run(20);

    assertThat(story.isOwned()).isTrue();
    assertThat(story.coordinator()).isEqualTo(victim);
    story.run(2_000);
    assertThat(story.coordinator()).isEqualTo(victim);
  }

  @Test
  @DisplayName("LD-3 HSI-9 a cut: the majority goes on, the minority emits nothing and joins again")
  void theMajorityGoesOn() {
    Story story = new Story(5).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.follower();

    story.cluster.cut(1 << leader.number | 1 << other.number);

    story.awaitWithin(SILENT_MILLIS + 50, () -> story.emitted(leader) + story.emitted(other) == 0);
    story.awaitWithin(
        200, () -> story.coordinators().size() == 1 && story.table().members().size() == 3);
    story.run(20);
    story.wantAll();
    story.awaitWithin(100, story::isOwned);
    story.write(2);
    story.cluster.heal();
    story.awaitWithin(3_000, () -> story.members(leader) == 5 && story.members(other) == 5);
    story.awaitWithin(1_000, story::isOwned);
    story.write(2);
  }

  @Test
  @DisplayName("LD-6 with a witness either of two nodes goes on when the other is cut off")
  void theWitnessDecides() {
    Story story = new Story(3);
    story.host(2).role = Member.Role.WITNESS;
    story.cluster.hosts.forEach(story.cluster::start);
    story.awaitWithin(5_000, () -> story.members(story.host(0)) == 3);
    story.wantAll();
    story.awaitWithin(5_000, story::isWhole);
    assertThat(story.emitted(story.host(2))).isZero();

    story.cluster.cut(1);

    story.awaitWithin(SILENT_MILLIS + 50, () -> story.emitted(story.host(1)) == Story.BUCKETS);
    assertThat(story.emitted(story.host(0))).isZero();
  }

  @Test
  @DisplayName("LD-14 two of three are killed at once: the survivor goes on by proof")
  void survivesByProof() {
    Story story = new Story(3).whole();
    Host survivor = story.follower();

    for (Host host : story.cluster.hosts) {
      if (host != survivor) {
        story.cluster.kill(host);
      }
    }

    story.awaitWithin(200, () -> story.members(survivor) == 1);
    assertThat(story.table().version().term().round())
        .as("it leaps over the terms that the dead may have used")
        .isGreaterThan(4_096);
    story.wantAll();
    story.awaitWithin(100, story::isOwned);
  }

  @Test
  @DisplayName("a killed process that restarts within milliseconds joins as another node")
  void restartsAtOnce() {
    for (boolean leader : new boolean[] {false, true}) {
      Story story = new Story(3).whole();
      story.write(2);
      Host victim = leader ? story.coordinator() : story.follower();

      story.cluster.kill(victim);
      story.run(2);
      story.cluster.start(victim);

      story.awaitWithin(2_000, () -> story.members(victim) == 3);
      story.awaitWithin(500, story::isOwned);
      story.write(2);
    }
  }

  @Test
  @DisplayName("HSI-4 a planned move: the bucket is never owned twice, and rests at the taker")
  void moves() {
    Story story = new Story(3).whole();
    story.write(3);
    int bucket = story.bucketOf(story.host(1));
    Bucket before = story.table().bucket(bucket);

    story.cluster.input(story.host(0), new ClusterInput.Move(bucket, story.host(2).id()));

    story.awaitWithin(200, () -> story.host(2).emits(bucket, story.cluster.now()));
    assertThat(story.table().bucket(bucket).epoch()).isGreaterThan(before.epoch());
    story.awaitWithin(500, story::isWhole);
    story.write(3);
  }

  @Test
  @DisplayName("HSI-4 while a bucket moves, giver or taker receive it, and neither what they send")
  void receivesWhileMoving() {
    for (long seed = 1; seed <= 50; seed++) {
      Story story = new Story(3, SeededRounds.generator(seed)).whole();
      int bucket = story.bucketOf(story.host(1));
      Host giver = story.host(1);
      Host taker = story.host(2);
      story.cluster.input(story.host(0), new ClusterInput.Move(bucket, taker.id()));
      while (!taker.emits(bucket, story.cluster.now())) {
        story.cluster.run(10_000);
        long now = story.cluster.now();
        assertThat(giver.emits(bucket, now) && taker.received.get(bucket)).isFalse();
        assertThat(taker.emits(bucket, now) && giver.received.get(bucket)).isFalse();
        assertThat(giver.received.get(bucket) || taker.received.get(bucket)).isTrue();
      }
    }
  }

  @Test
  @DisplayName("PDP-7 a drained node hands over every bucket and leaves, the coordinator as well")
  void drains() {
    for (boolean leader : new boolean[] {false, true}) {
      Story story = new Story(3).whole();
      story.write(3);
      Host leaving = leader ? story.coordinator() : story.follower();

      story.cluster.input(leaving, new ClusterInput.Drain(Member.Role.DRAINING));

      story.awaitWithin(5_000, () -> leaving.hasLeft);
      story.awaitWithin(500, story::isWhole);
      assertThat(story.table().members()).hasSize(2);
      story.write(3);
    }
  }

  @Test
  @DisplayName("PDP-1 PDP-7 a node that keeps its open connections leaves after the last one")
  void staysUntilIdle() {
    Story story = new Story(3).whole();
    Host leaving = story.follower();
    story.cluster.input(leaving, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> story.emitted(leaving) == 0 && story.isWhole());
    story.run(3_000);
    assertThat(leaving.hasLeft).isFalse();

    List.copyOf(leaving.stops).stream()
        .filter(ClusterEffect.StopBucket::stays)
        .forEach(each -> story.cluster.input(leaving, new ClusterInput.BucketIdle(each.bucket())));
    story.awaitWithin(200, () -> leaving.hasLeft);
  }

  @Test
  @DisplayName("HSI-9 LD-7 a node that joins gets its share of the buckets")
  void sharesWithANewNode() {
    Story story = new Story(3);
    story.cluster.start(story.host(0));
    story.cluster.start(story.host(1));
    story.awaitWithin(3_000, () -> story.members(story.host(0)) == 2);
    story.wantAll();
    story.awaitWithin(3_000, story::isWhole);
    assertThat(story.emitted(story.host(0))).isEqualTo(4);

    story.cluster.start(story.host(2));

    story.awaitWithin(5_000, () -> story.emitted(story.host(2)) == 2);
    story.awaitWithin(3_000, story::isWhole);
  }

  @Test
  @DisplayName(
      "LD-11 a node that a listener refuses does not join, and does after the veto is gone")
  void obeysAVeto() {
    Story story = new Story(2);
    story.cluster.veto = "not in my name";
    story.cluster.start(story.host(0));
    story.awaitWithin(1_000, () -> story.members(story.host(0)) == 1);
    story.cluster.start(story.host(1));
    story.run(3_000);
    assertThat(story.members(story.host(0))).isEqualTo(1);
    assertThat(story.members(story.host(1))).isZero();

    story.cluster.veto = null;
    story.awaitWithin(1_000, () -> story.members(story.host(1)) == 2);
  }
}
