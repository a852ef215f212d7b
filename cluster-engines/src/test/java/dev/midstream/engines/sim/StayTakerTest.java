package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.message.LogMessage;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node dies with which connections stay, while one of their buckets moves on: what its taker does
 * that has heard something else of the node than its giver.
 */
class StayTakerTest extends MoveOnStories {
  @Test
  @DisplayName(
      "what the node said of a bucket comes when the table that drops it is decided: the taker, which"
          + " gives the bucket back, sends nothing")
  void isHeardTooLate() {
    ClusterStory story = cluster(Delivery.SHARED, 4, 2, Reallocation.STAY).whole();
    move(story, 1, other(story, story.coordinator()));
    Machine old = stayAside(story, Reallocation.STAY);
    int bucket = bucketOfOpen(story, old, 1); // the first worker asks the state machine
    Machine giver = owner(story, bucket);
    Machine taker = other(story, old, giver);
    story.cluster.carrier.logLoss =
        (from, to, message) -> from == old && to == taker && isList(message);
    move(story, bucket, taker);
    story.run(50);
    NodeId gone = old.id();
    boolean[] isHeard = hearLate(story, bucket, gone);
    Set<Machine> senders = new HashSet<>();
    story.cluster.emissions =
        (machine, of) -> {
          AllocationTable table = Objects.requireNonNull(machine.node().table());
          if (of == bucket && !table.isMember(gone)) {
            senders.add(machine);
          }
        };
    story.cluster.carrier.deadWay = (from, to) -> from == old || to == old; // its lease ends
    story.awaitWithin(2_000, () -> !story.table().isMember(gone));
    story.awaitWithin(100, () -> giver.id().equals(story.table().bucket(bucket).owner()));
    assertThat(isHeard).containsOnly(true);
    story.cluster.kill(old);
    begin(story);
    story.finishWithin(60_000);
    assertThat(senders).contains(giver).doesNotContain(taker);
  }

  /** {@code gone} says that no connection of a bucket stays when it is dropped; whether it has. */
  private static boolean[] hearLate(ClusterStory story, int bucket, NodeId gone) {
    Machine coordinator = story.coordinator();
    Bucket.Staying staying = Objects.requireNonNull(story.table().bucket(bucket).staying());
    ClusterInput said = new ClusterInput.Received(gone, closed(bucket, staying.since()));
    boolean[] isHeard = new boolean[1];
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> {
          if (isDropping(message, gone) && !isHeard[0]) {
            isHeard[0] = true;
            story.cluster.at(story.cluster.now() + 1, () -> story.cluster.input(coordinator, said));
          }
          return false;
        };
    return isHeard;
  }

  private static boolean isDropping(ClusterMessage message, NodeId node) {
    return message instanceof ClusterMessage.Propose proposal && !proposal.table().isMember(node);
  }

  private static ClusterMessage closed(int bucket, long since) {
    return new ClusterMessage.BucketReport(
        Map.of(), Map.of(), Map.of(), Map.of(bucket, since), Set.of(), Map.of(), null, false);
  }

  /** The giver gets no records, and the taker does not get the list. */
  private static Loss<LogMessage> onlyTheTakerReads(Machine old, Machine giver, Machine taker) {
    return (from, to, message) ->
        from == old && (to == giver ? isLog(message) : to == taker && isList(message));
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "the taker has a replica when the node dies, and not the list; its giver has none: the taker"
          + " goes on")
  void takerHasAReplicaAndNoList(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine first = owner(story, bucket);
    Machine giver = other(story, old, first);
    Machine taker = other(story, old, first, giver);
    story.cluster.carrier.logLoss = onlyTheTakerReads(old, giver, taker);
    move(story, bucket, giver);
    story.awaitWithin(500, () -> story.table().bucket(bucket).from() == null);
    assertThat(giver.engines(bucket).staying().replica(bucket)).isNull();
    move(story, bucket, taker);
    takerGoesOn(story, old, taker, bucket);
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "the giver cannot read any more what the node writes while the bucket moves on: the taker gets"
          + " it, and goes on when the node dies")
  void giverCannotRead(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine giver = owner(story, bucket);
    Machine taker = other(story, old, giver);
    story.cluster.carrier.logLoss = onlyTheTakerReads(old, giver, taker);
    story.run(50); // records wait that the giver does not get
    move(story, bucket, taker);
    story.cluster.carrier.deaf = giver;
    story.cluster.carrier.logLoss =
        (from, to, message) -> from == old && to == taker && isList(message);
    story.run(200);
    story.cluster.carrier.deaf = null;
    takerGoesOn(story, old, taker, bucket);
  }

  /** {@code taker} gets a replica and no list, and {@code old} dies. */
  private void takerGoesOn(ClusterStory story, Machine old, Machine taker, int bucket) {
    story.awaitWithin(500, () -> taker.engines(bucket).staying().replica(bucket) != null);
    assertThat(story.table().bucket(bucket).from()).as("it waits for the list").isNotNull();
    story.cluster.kill(old);
    story.awaitWithin(500, () -> story.table().bucket(bucket).from() == null);
    assertThat(story.table().bucket(bucket).owner()).isEqualTo(taker.id());
    story.cluster.carrier.logLoss = (_, _, _) -> false;
    begin(story);
    story.finishWithin(60_000);
    story.awaitWithin(20_000, story::isWhole);
  }
}
