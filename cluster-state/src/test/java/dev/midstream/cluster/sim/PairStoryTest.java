package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput.ProvedDead;
import dev.midstream.cluster.node.ClusterMessage.Grant;
import dev.midstream.cluster.node.ClusterMessage.Install;
import dev.midstream.cluster.node.ClusterMessage.Prepare;
import dev.midstream.cluster.node.ClusterMessage.Promised;
import dev.midstream.cluster.node.ClusterMessage.Propose;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of two members that hear each other on their interfaces only. */
class PairStoryTest {

  @Test
  @DisplayName(
      "LD-6 a coordinator that was heard on an interface after the lease went on: when it dies, the"
          + " other one does not go on, not even with a node that left before")
  void doesNotOutliveTheOneThatWentOn() {
    Story story = new Story(3).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.follower();
    Host left = story.follower(other);

    story.cluster.loss =
        (from, to, message) ->
            (from == leader && to == left)
                || (from == left && to == leader)
                || (to == other && message instanceof Install);
    story.awaitWithin(500, () -> story.members(leader) == 2);
    assertThat(story.members(other)).as("it does not know that this is agreed on").isEqualTo(3);

    story.cluster.loss = (from, to, message) -> from == leader || to == leader;
    story.awaitWithin(600, () -> story.members(leader) == 1);
    story.wantAll();
    story.run(100);
    story.write(2);
    story.cluster.crash(leader);
    story.run(3_000);
    story.wantAll();
    story.run(100);

    assertThat(story.emitted(other)).isZero();
    assertThat(story.emitted(left)).isZero();
  }

  @Test
  @DisplayName(
      "LD-6 of two members the coordinator dies, and the proof comes after the lease of the other one"
          + " has ended: it goes on once the coordinator has been silent for long enough")
  void goesOnAfterALateProof() {
    Story story = new Story(2).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.follower();
    NodeId life = other.id();
    story.cluster.loss = (from, to, message) -> to == other && message instanceof Grant;
    story.run(250);
    assertThat(story.emitted(other)).as("its lease has not ended yet").isPositive();

    story.cluster.crash(leader);
    story.awaitWithin(200, () -> story.emitted(other) == 0);
    leader.isUp = true;
    story.cluster.probes.verify(other, leader.id());

    story.awaitWithin(450, story::isOwned);
    story.write(3);
    assertThat(other.id()).as("its life").isEqualTo(life);
  }

  @Test
  @DisplayName(
      "LD-6 what the coordinator of two sends is late for longer than a lease, and both are heard on"
          + " their interfaces: neither gives way, and both go on")
  void waitForWhatIsLate() {
    for (int millis = 400; millis <= 480; millis += 5) {
      Story story = new Story(2, SeededRounds.generator(millis)).whole();
      story.write(2);
      Host leader = story.coordinator();
      Host other = story.follower();
      List<NodeId> lives = List.of(leader.id(), other.id());

      story.cluster.network.closeWay(leader.number, other.number, true);
      story.run(millis);
      story.cluster.network.openWays();
      story.awaitWithin(3_000, story::isWhole);

      story.write(3);
      assertThat(List.of(leader.id(), other.id())).as("after ms=" + millis).isEqualTo(lives);
    }
  }

  @Test
  @DisplayName(
      "LD-6 of two nodes behind a dispatcher the coordinator dies, and the proof is read after the"
          + " lease of the other one, but was found before: it goes on")
  void goesOnIfTheProofWasFoundInTime() {
    Story story = Story.withDispatchers(2, 1).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.host(1 - leader.number);
    NodeId life = other.id();
    NodeId gone = leader.id();

    story.cluster.crash(leader);
    story.run(50);
    assertThat(story.emitted(other)).as("it has a lease when it is found").isPositive();
    long foundNanos = story.cluster.now();
    story.awaitWithin(400, () -> story.emitted(other) == 0);
    long ageNanos = (story.cluster.now() - foundNanos) * 31 / 32; // clocks differ
    leader.isUp = true;
    story.cluster.input(other, new ProvedDead(gone, ageNanos));

    story.awaitWithin(1_000, () -> story.emitted(other) == Story.BUCKETS);
    story.write(3);
    assertThat(other.id()).as("its life").isEqualTo(life);
  }

  @Test
  @DisplayName(
      "LD-6 of two nodes behind a dispatcher the other one has proposed a table that the coordinator"
          + " has not seen, and then they do not hear each other: only the coordinator goes on")
  void doesNotGoOnByItsOwnProposal() {
    Story story = Story.withDispatchers(2, 1).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.host(1 - leader.number);
    boolean[] proposes = {false};
    story.cluster.loss =
        (from, to, message) -> {
          proposes[0] |= from == other && message instanceof Propose;
          boolean asks = message instanceof Prepare || message instanceof Promised;
          boolean isBetween = from.number + to.number == leader.number + other.number;
          return isBetween && (proposes[0] || !asks);
        };

    story.awaitWithin(2_000, () -> proposes[0]);
    story.run(3_000);

    assertThat(story.emitted(other)).isZero();
    assertThat(story.emitted(leader)).isEqualTo(Story.BUCKETS);
  }
}
