package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.worker.StaySteps;
import dev.midstream.reassembly.flow.ConnectionPool;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that stay are listed one after the other, and given so later. Something happens in
 * between.
 */
class StayStepsTest extends StayStories {
  @BeforeEach
  void takeSmallSteps() {
    steps = new StaySteps(1, 10 * MILLI, 30 * MILLI);
  }

  /** A node of which connections are being listed: the owner of the first transfer. */
  private Machine listing(ClusterStory story) {
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> old.engines(bucket(story)).staying().size() > 0);
    assertThat(isBetweenSteps(old)).isTrue();
    return old;
  }

  /** A node that is giving away what stays with it. */
  private Machine giving(ClusterStory story) {
    Machine old = stay(story);
    story.run(1_000);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> isBetweenSteps(old));
    return old;
  }

  private static boolean isBetweenSteps(Machine machine) {
    return bucketBetweenSteps(machine) >= 0;
  }

  private static int bucketBetweenSteps(Machine machine) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (machine.engines(bucket).staying().isBetweenSteps(bucket)) {
        return bucket;
      }
    }
    return -1;
  }

  private int bucket(ClusterStory story) {
    return story.bucketOf(first(story));
  }

  private void finish(ClusterStory story) {
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 in each call few connections are listed, and all stay in the end")
  void listsFewInACall(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    long open = story.transfers.stream().filter(each -> story.ownerOf(each.ends) == old).count();
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    int listed = 0;
    for (int call = 0; call < 1_000 && listed < open; call++) {
      story.run(1);
      int now = old.engines(bucket(story)).staying().size();
      assertThat(now - listed).isBetween(0, 1);
      listed = now;
    }
    assertThat((long) listed).isEqualTo(open);
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
    finish(story);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the heap has no room for a list: the connections move, and it leaves")
  void hasNoRoom(Delivery delivery) {
    ConnectionPool full = new ConnectionPool(1, ConnectionEnds.HEAP_BYTES - 1);
    pools = pool -> full;
    ClusterStory story = story(delivery, 3, 1);
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(10_000, () -> old.hasLeft);
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    assertThat(full.listedBytes()).isZero();
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the node of a bucket that moves is drained before all are listed")
  void isDrainedWhileABucketMoves(Delivery delivery) {
    ClusterStory story = cluster(delivery, 3, 1, Reallocation.STAY).whole();
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    int bucket = bucket(story);
    Machine to = other(story, old);
    story.cluster.input(old, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(5_000, () -> old.engines(bucket).staying().size() > 0);
    assertThat(isBetweenSteps(old)).isTrue();
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(10_000, () -> old.hasLeft);
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the node is killed before all are listed: the others go on with all")
  void nodeIsKilled(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    story.cluster.kill(listing(story));
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the owner to be is killed before all are listed: all stay")
  void ownerIsKilled(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = listing(story);
    story.cluster.kill(owner(story, bucketBetweenSteps(old)));
    story.run(1_000); // until another node coordinates
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
    assertThat(staying(story, old)).isPositive();
    finish(story);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the last other node is killed before all are listed: the node owns all")
  void ownsAgain(Delivery delivery) {
    ClusterStory story = story(delivery, 2, 1);
    Machine old = listing(story);
    List<Transfer> known =
        story.transfers.stream().filter(each -> isOwner(story, old, each)).toList();
    story.cluster.kill(other(story, old));
    story.awaitWithin(60_000, () -> known.stream().allMatch(Transfer::isDone));
    known.forEach(Transfer::check);
  }

  /** Whether a transfer is of a bucket that a machine hands over. */
  private static boolean isOwner(ClusterStory story, Machine old, Transfer transfer) {
    return old.id().equals(story.table().bucket(story.bucketOf(transfer.ends)).from());
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-7 the second order comes before all are listed: the node gives all, and leaves")
  void givesWhatIsListed(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = listing(story);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(10_000, () -> old.hasLeft);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the node is killed before all are given: the owners have all")
  void nodeIsKilledThatGives(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    story.cluster.kill(giving(story));
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the owner is killed before all are given: the next one gets all")
  void ownerIsKilledThatTakes(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = giving(story);
    story.cluster.kill(owner(story, bucketBetweenSteps(old)));
    story.awaitWithin(10_000, () -> old.hasLeft);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 HSI-4 the bucket moves before all are given: the next one gets all")
  void bucketMovesOn(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = giving(story);
    int bucket = bucketBetweenSteps(old);
    Machine to = other(story, old, owner(story, bucket));
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(10_000, () -> old.hasLeft);
    finish(story);
  }
}
