package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes of a cluster with {@code on-reallocation: stay} whose buckets move. */
class ReallocationStoryTest {

  private static long staying(Story story, Host host) {
    return story.table().buckets().stream().filter(each -> each.staysAt(host.id())).count();
  }

  private static void close(Story story, Host host) {
    List.copyOf(host.stops).stream()
        .filter(ClusterEffect.StopBucket::stays)
        .forEach(each -> story.cluster.input(host, new ClusterInput.BucketIdle(each.bucket())));
  }

  private static int move(Story story, Host from, Host to) {
    int bucket = story.bucketOf(from);
    story.cluster.input(from, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(1_000, () -> to.emits(bucket, story.cluster.now()));
    return bucket;
  }

  @Test
  @DisplayName("PDP-1 HSI-9 a node joins: the buckets that it gets leave their connections behind")
  void aNodeJoins() {
    Story story = Story.withStaying(3).whole(2);
    story.cluster.start(story.host(2));
    story.awaitWithin(5_000, () -> story.emitted(story.host(2)) == 2);
    story.awaitWithin(3_000, story::isWhole);
    assertThat(staying(story, story.host(0)) + staying(story, story.host(1))).isEqualTo(2);
    assertThat(story.host(0).stops).allMatch(ClusterEffect.StopBucket::stays);
    assertThat(story.host(1).stops).allMatch(ClusterEffect.StopBucket::stays);

    close(story, story.host(0));
    close(story, story.host(1));
    story.awaitWithin(
        300, () -> story.table().buckets().stream().allMatch(each -> each.staying() == null));
    assertThat(story.table().members()).allMatch(Member::isActive);
  }

  @Test
  @DisplayName("PDP-1 HSI-4 a bucket moves on, back and away again: connections stay once")
  void aBucketMovesOn() {
    Story story = Story.withStaying(3).whole();
    Host first = story.host(0);
    int bucket = move(story, first, story.host(1));
    Bucket.Staying staying = story.table().bucket(bucket).staying();
    for (Host to : List.of(story.host(2), first, story.host(1))) {
      story.awaitWithin(1_000, story::isWhole);
      story.cluster.input(first, new ClusterInput.Move(bucket, to.id()));
      story.awaitWithin(1_000, () -> to.emits(bucket, story.cluster.now()));
      assertThat(story.table().bucket(bucket).staying()).isEqualTo(staying);
    }
    assertThat(first.stops)
        .extracting(ClusterEffect.StopBucket::stays)
        .containsExactly(true, false);
    assertThat(story.host(1).stops).noneMatch(ClusterEffect.StopBucket::stays);
    assertThat(story.host(2).stops).noneMatch(ClusterEffect.StopBucket::stays);
  }

  @Test
  @DisplayName("PDP-1 after all have closed those that were opened since stay at the next move")
  void staysAgain() {
    Story story = Story.withStaying(3).whole();
    int bucket = move(story, story.host(0), story.host(1));
    close(story, story.host(0));
    story.awaitWithin(300, () -> story.table().bucket(bucket).staying() == null);
    story.awaitWithin(1_000, story::isWhole);
    story.cluster.input(story.host(1), new ClusterInput.Move(bucket, story.host(2).id()));
    story.awaitWithin(1_000, () -> story.host(2).emits(bucket, story.cluster.now()));
    assertThat(story.table().bucket(bucket).staysAt(story.host(1).id())).isTrue();
  }

  @Test
  @DisplayName("PDP-1 LD-14 the node dies with which connections stay")
  void theNodeDies() {
    Story story = Story.withStaying(3).whole();
    Host old = story.follower();
    Host taker = story.coordinator();
    int bucket = move(story, old, taker);
    story.cluster.kill(old);
    story.awaitWithin(2_000, () -> story.table().bucket(bucket).staying() == null);
    assertThat(taker.emits(bucket, story.cluster.now())).isTrue();
  }

  @Test
  @DisplayName("PDP-1 PDP-7 a node is drained with which connections stay: it leaves after them")
  void theNodeIsDrained() {
    for (Member.Role how : List.of(Member.Role.DRAINING, Member.Role.STAYING)) {
      Story story = Story.withStaying(3).whole();
      Host old = story.follower();
      int bucket = move(story, old, story.coordinator());
      story.cluster.input(old, new ClusterInput.Drain(how));
      story.awaitWithin(5_000, () -> story.emitted(old) == 0 && story.isWhole());
      story.run(500);
      assertThat(old.hasLeft).isFalse();
      assertThat(old.gives).isEqualTo(how == Member.Role.DRAINING);
      assertThat(story.table().bucket(bucket).staysAt(old.id())).isTrue();
      close(story, old);
      story.awaitWithin(500, () -> old.hasLeft);
    }
  }
}
