package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios in which members could give up what they know, and need not. */
class DoubtStoryTest {
  private static final long LEASE_MILLIS = 600;
  private static final long TURN_MILLIS = 413;

  @Test
  @DisplayName(
      "the last node goes on after its coordinator has left, although it did not hear that this was"
          + " agreed on: it has accepted that itself")
  void goesOnAfterTheCoordinatorHasLeft() {
    Story story = new Story(2, Lone.STOP).whole();
    story.write(3);
    Host leader = story.coordinator();
    Host other = story.follower();
    NodeId life = other.id();
    story.cluster.loss =
        (from, to, message) ->
            message instanceof ClusterMessage.Install install
                && !install.table().isMember(leader.id());

    story.cluster.input(leader, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(3_000, () -> leader.hasLeft);
    leader.isUp = false;
    story.run(LEASE_MILLIS);
    leader.isUp = true;

    story.awaitWithin(2_000, () -> story.emitted(other) == Story.BUCKETS);
    assertThat(other.id()).isEqualTo(life);
    story.write(3);
  }

  @Test
  @DisplayName(
      "a node to which the dead were proved too late lets the other one go on, to which they were"
          + " proved in time")
  void letsTheOtherOneGoOn() {
    Story story = new Story(4).withCopies(3).whole();
    Halves halves = halve(story, story.coordinator());
    story.cluster.heal();

    story.awaitWithin(4_000, story::isOwned);
    assertThat(halves.lives()).isEqualTo(halves.before());
    story.write(3);
  }

  @Test
  @DisplayName(
      "a node that doubts, and does not hear the other one for a while, waits anew: the other one goes"
          + " on once they hear each other")
  void waitsAnewAfterSilence() {
    for (int round = 0; round < 60; round++) {
      long silentMillis = 420 + 20L * round;
      Story story = new Story(4, SeededRounds.generator(round)).withCopies(3).whole();
      Halves halves = halve(story, story.follower());
      boolean[] doubts = {false};
      story.cluster.loss =
          (from, to, message) -> {
            doubts[0] |= to == halves.late() && message instanceof ClusterMessage.Promised;
            return from == halves.inTime()
                && message instanceof ClusterMessage.Prepare
                && !doubts[0];
          };
      story.cluster.heal();
      story.awaitWithin(4_000, () -> doubts[0]);
      story.run(50); // until it knows that nothing listens where the dead were
      story.cluster.cut(1 << halves.late().number);
      story.run(silentMillis);
      story.cluster.heal();

      story.awaitWithin(8_000, story::isOwned);
      assertThat(halves.lives())
          .as("round %s, ms=%s of silence", round, silentMillis)
          .isEqualTo(halves.before());
    }
  }

  /** Two of four are dead: that was proved to one of those left in time, to the other one late. */
  private record Halves(Host late, Host inTime, List<NodeId> before) {
    List<NodeId> lives() {
      return List.of(late.id(), inTime.id());
    }
  }

  private static Halves halve(Story story, Host late) {
    story.write(3);
    Host inTime = story.follower(late);
    List<NodeId> lives = List.of(late.id(), inTime.id());
    story.cluster.cut(1 << late.number);
    for (Host host : story.cluster.hosts) {
      if (host != late && host != inTime) {
        story.cluster.kill(host);
        story.cluster.probes.verify(inTime, host.id());
      }
    }
    story.run(LEASE_MILLIS);
    assertThat(story.coordinators()).isEmpty();
    return new Halves(late, inTime, lives);
  }

  @Test
  @DisplayName(
      "a node that doubts does not wait for one that joins and knows no table: that one cannot go on")
  void waitsForNoneWithoutTable() {
    for (int round = 0; round < 20; round++) {
      Story story = new Story(4, SeededRounds.generator(round)).whole(3);
      Host joining = story.host(3);
      Host left = story.follower();
      NodeId life = left.id();
      story.cluster.loss =
          (from, to, message) ->
              to == joining
                  && (message instanceof ClusterMessage.Propose
                      || message instanceof ClusterMessage.Install);
      story.cluster.start(joining);
      story.awaitWithin(2_000, () -> story.members(left) == 4);
      List<Host> gone =
          story.cluster.hosts.stream().filter(h -> h != left && h != joining).toList();
      gone.forEach(story.cluster::crash);
      story.run(LEASE_MILLIS);
      gone.forEach(host -> host.isUp = true);
      story.cluster.loss = (from, to, message) -> false;

      story.awaitWithin(3 * TURN_MILLIS, () -> !left.id().equals(life));
      story.awaitWithin(2_000, () -> story.members(left) == 2 && story.members(joining) == 2);
    }
  }

  @Test
  @DisplayName(
      "of six nodes that may not go on, all have given up after each had two turns: one that gives up"
          + " does not make the others wait anew")
  void allGiveUpSoon() {
    Story story = new Story(12).withCopies(0).whole();
    List<Host> gone = story.cluster.hosts.subList(6, 12);
    List<Host> left = story.cluster.hosts.subList(0, 6);
    List<NodeId> lives = left.stream().map(Host::id).toList();
    gone.forEach(story.cluster::crash);
    story.run(LEASE_MILLIS);
    gone.forEach(host -> host.isUp = true);

    long millis =
        story.awaitWithin(20_000, () -> left.stream().noneMatch(host -> lives.contains(host.id())));
    assertThat(millis).isLessThan(2 * 6 * TURN_MILLIS + 500);
    story.awaitWithin(5_000, () -> left.stream().allMatch(host -> story.members(host) == 6));
  }
}
