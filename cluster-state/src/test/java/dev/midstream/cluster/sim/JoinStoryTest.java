package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage.Install;
import dev.midstream.cluster.node.ClusterMessage.Propose;
import dev.midstream.cluster.sim.SimulatedCluster.Loss;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Of three members two are killed. The third one goes on by proof, if it does not know that four
 * nodes joined; these are a majority and go on too. So one of them must not: either the four have
 * not joined, or the third one has no lease.
 */
class JoinStoryTest {
  private static final int MEMBERS = 3;
  private static final int ALL = 7;

  private final Story story = new Story(ALL).whole(MEMBERS);
  private final Host leader = story.coordinator();
  private final Host other = story.follower();
  private final Host unaware = story.follower(other);
  private final Loss tablesToUnaware =
      (from, to, message) ->
          to == unaware && (message instanceof Propose || message instanceof Install);

  /** While a move is not agreed on, four nodes ask to join: the next table has them all. */
  private void askToJoin() {
    story.cluster.network.isBusy = false;
    story.cluster.loss = (from, to, message) -> message instanceof Propose;
    ClusterInput move = new ClusterInput.Move(story.bucketOf(leader), other.id());
    story.cluster.input(leader, move);
    story.cluster.hosts.forEach(story.cluster::start);
    story.cluster.showViews();
    story.run(300);
  }

  /** The two other members are killed, and the one that is unaware of the joins knows it. */
  private void killTheOthers() {
    story.cluster.cut((1 << MEMBERS) - 1);
    story.killWithProof(leader);
    story.killWithProof(other);
    story.run(2_000);
    story.wantAll();
    story.run(200);
  }

  private int emittedByNewNodes() {
    return story.cluster.hosts.stream()
        .filter(host -> host.number >= MEMBERS)
        .mapToInt(story::emitted)
        .sum();
  }

  private void awaitWhole() {
    story.cluster.loss = (from, to, message) -> false;
    story.cluster.heal();
    story.awaitWithin(5_000, () -> story.members(unaware) == ALL - 2);
    story.wantAll();
    story.awaitWithin(5_000, story::isWhole);
  }

  @Test
  @DisplayName("LD-6 a join is not agreed on before every member that may have a lease knows of it")
  void aJoinWaitsForEveryLease() {
    askToJoin();
    story.cluster.loss = tablesToUnaware;
    story.run(50);

    killTheOthers();

    assertThat(story.emitted(unaware)).isEqualTo(Story.BUCKETS);
    assertThat(emittedByNewNodes()).isZero();
    awaitWhole();
  }

  @Test
  @DisplayName("LD-6 a member whose lease ended gets no other one before it knows of a join")
  void aLeaseWaitsForTheJoin() {
    askToJoin();
    story.cluster.loss =
        (from, to, message) ->
            tablesToUnaware.loses(from, to, message) || (to == leader && from != other);
    story.awaitWithin(500, () -> story.members(leader) == ALL);
    story.cluster.stop(leader);
    story.run(100);
    story.cluster.loss = tablesToUnaware;
    story.cluster.resume(leader);
    story.run(300);
    assertThat(story.members(leader)).isEqualTo(ALL);
    assertThat(story.members(unaware)).isEqualTo(MEMBERS);

    killTheOthers();

    assertThat(story.emitted(unaware)).isZero();
    assertThat(emittedByNewNodes()).isEqualTo(Story.BUCKETS);
    awaitWhole();
  }
}
