package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of nodes that announce their neighbours because others are gone. */
class SuccessionStoryTest {

  private static int announcements(Story story) {
    return story.cluster.hosts.stream().mapToInt(host -> host.announcements).sum();
  }

  @Test
  @DisplayName("LD-2 nodes that start, join, and share buckets announce nothing")
  void isSilentWithoutNeed() {
    Story story = new Story(3).whole(2);
    story.cluster.start(story.host(2));
    story.awaitWithin(5_000, () -> story.members(story.host(0)) == 3);
    story.run(10_000);
    assertThat(announcements(story)).isZero();
  }

  @Test
  @DisplayName("LD-2 LD-14 the heirs of a node announce once, when their buckets are open")
  void heirsAnnounce() {
    Story story = new Story(3).whole();
    Host owner = story.follower();
    story.killWithProof(owner);
    story.awaitWithin(500, story::isOwned);
    story.run(5_000);
    assertThat(story.cluster.hosts)
        .allMatch(host -> host.announcements == (host.equals(owner) ? 0 : 1));
  }

  @Test
  @DisplayName("LD-2 of two nodes whose coordinator is silent the other one announces")
  void announcesAfterTheCoordinator() {
    Story story = new Story(2).whole();
    Host coordinator = story.coordinator();
    Host other = story.follower();
    story.killWithProof(coordinator);
    story.awaitWithin(500, () -> other.announcements == 1);
    assertThat(story.emitted(other)).isEqualTo(Story.BUCKETS);
  }

  @Test
  @DisplayName("LD-2 PDP-7 a node announces when it has got the last bucket of one that leaves")
  void announcesAfterADrain() {
    Story story = new Story(2).whole();
    Host leaving = story.follower();
    Host staying = story.coordinator();
    story.cluster.input(leaving, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> staying.announcements > 0);
    assertThat(story.emitted(staying)).isEqualTo(Story.BUCKETS);
    story.awaitWithin(5_000, () -> leaving.hasLeft);
    assertThat(leaving.announcements).isZero();
  }

  @Test
  @DisplayName("LD-2 PDP-9 dispatchers announce nothing, and their death makes no node announce")
  void dispatchersAreNoNodes() {
    Story story = Story.withDispatchers(2, 2).whole();
    story.killWithProof(story.host(3));
    story.awaitWithin(5_000, () -> story.members(story.host(0)) == 3);
    assertThat(announcements(story)).isZero();

    story.killWithProof(story.follower(story.host(2)));
    story.awaitWithin(5_000, story::isOwned);
    assertThat(story.host(2).announcements).isZero();
    assertThat(story.coordinator().announcements).isEqualTo(1);
  }
}
