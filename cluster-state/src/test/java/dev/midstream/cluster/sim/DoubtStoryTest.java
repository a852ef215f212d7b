package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Lone;
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
    story.write(3);
    Host leader = story.coordinator();
    Host other = story.follower();
    List<NodeId> lives = List.of(leader.id(), other.id());
    story.cluster.cut(1 << leader.number);
    for (Host host : story.cluster.hosts) {
      if (host != leader && host != other) {
        story.cluster.kill(host);
        story.cluster.probes.verify(other, host.id());
      }
    }
    story.run(LEASE_MILLIS);
    assertThat(story.coordinators()).isEmpty();
    story.cluster.heal();

    story.awaitWithin(4_000, story::isOwned);
    assertThat(List.of(leader.id(), other.id())).isEqualTo(lives);
    story.write(3);
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
