package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.reassembly.flow.ConnectionPool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Buckets move, and their open connections stay where they are: no node leaves. */
class ReallocationStoryTest extends StayStories {

  private ClusterStory staying(Delivery delivery, int machines, int workers) {
    return cluster(delivery, machines, workers, Reallocation.STAY).whole();
  }

  /** All buckets of the owner of the first transfer move, and its connections stay. */
  private Machine moveAll(ClusterStory story) {
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    moveAllFrom(story, old);
    assertThat(staying(story, old)).isPositive();
    return old;
  }

  private void moveAllFrom(ClusterStory story, Machine old) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (owner(story, bucket) == old) {
        Machine to = other(story, old);
        story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
      }
    }
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
  }

  private static boolean hasMoved(ClusterStory story, int bucket, Machine to) {
    Bucket agreed = story.table().bucket(bucket);
    return agreed.isOwnedBy(to.id()) && agreed.from() == null;
  }

  /** The buckets of which connections stay with {@code machine} are its own again. */
  private void moveBack(ClusterStory story, Machine machine) {
    for (int bucket : buckets(story, machine)) {
      story.cluster.input(machine, new ClusterInput.Move(bucket, machine.id()));
    }
  }

  private static List<Integer> buckets(ClusterStory story, Machine machine) {
    return IntStream.range(0, BUCKETS)
        .filter(each -> story.table().bucket(each).staysAt(machine.id()))
        .boxed()
        .toList();
  }

  private static boolean isNothingStaying(ClusterStory story) {
    return story.table().buckets().stream().map(Bucket::staying).allMatch(each -> each == null);
  }

  private void finish(ClusterStory story) {
    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> isNothingStaying(story) && story.isWhole());
  }

  @ParameterizedTest
  @CsvSource({
    "SHARED, 1",
    "REDIRECTED, 1",
    "DISPATCHED, 1",
    "SHARED, 3",
    "REDIRECTED, 2",
    "DISPATCHED, 2"
  })
  @DisplayName("PDP-1 HSI-4 buckets move by order: open connections stay, new ones go with them")
  void connectionsStay(Delivery delivery, int workers) {
    ClusterStory story = staying(delivery, 3, workers);
    Machine old = moveAll(story);
    long stay = staying(story, old);
    int before = story.transfers.size();
    begin(story);
    story.run(500);
    assertThat(staying(story, old)).isBetween(1L, stay);
    assertThat(story.transfers.subList(before, story.transfers.size()))
        .noneMatch(each -> isAt(story, old, each));
    assertThat(story.table().members()).noneMatch(Member::isDraining);
    finish(story);
    assertThat(old.hasLeft).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 HSI-9 LD-7 a node joins and gets buckets: open connections stay behind")
  void aNodeJoins(Delivery delivery) {
    ClusterStory story = cluster(delivery, 3, 1, Reallocation.STAY);
    Machine late = story.machine(2);
    story.cluster.machines.stream().filter(each -> each != late).forEach(story.cluster::start);
    int others = story.cluster.machines.size() - 1;
    story.awaitWithin(8_000, () -> story.members() == others);
    story.wantAll();
    story.awaitWithin(8_000, story::isWhole);
    begin(story);
    story.run(300);
    story.cluster.start(late);
    story.awaitWithin(20_000, () -> !isNothingStaying(story));
    begin(story);
    finish(story);
    assertThat(IntStream.range(0, BUCKETS).anyMatch(each -> owner(story, each) == late)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 connections of different buckets stay with two nodes at the same time")
  void staysWithTwo(Delivery delivery) {
    ClusterStory story = staying(delivery, 4, 1);
    Machine old = moveAll(story);
    int bucket =
        IntStream.range(0, BUCKETS)
            .filter(each -> story.table().bucket(each).staying() == null)
            .filter(each ->
                story.transfers.stream().anyMatch(open -> story.bucketOf(open.ends) == each))
            .findFirst()
            .orElseThrow();
    Machine second = owner(story, bucket);
    Machine to = other(story, old, second);
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(5_000, () -> hasMoved(story, bucket, to));
    assertThat(staying(story, old)).isPositive();
    assertThat(staying(story, second)).isPositive();
    begin(story);
    story.run(300);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 HSI-4 a bucket comes back: its engine goes on with what stayed")
  void comesHome(Delivery delivery) {
    ClusterStory story = staying(delivery, 3, 2);
    Machine old = moveAll(story);
    begin(story);
    story.run(200);
    moveBack(story, old);
    story.awaitWithin(2_000, () -> staying(story, old) == 0 && isNothingStaying(story));
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    story.awaitWithin(5_000, story::isWhole);
    story.run(100);
    story.cluster.kill(old); // now they have replicas as all of the bucket
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the node dies while a bucket comes back: the owner before goes on")
  void diesOnTheWayHome(Delivery delivery) {
    for (int millis = 0; millis < 16; millis += 5) {
      ClusterStory story = staying(delivery, 3, 1);
      Machine old = moveAll(story);
      story.run(200);
      moveBack(story, old);
      story.run(millis);
      story.cluster.kill(old);
      finish(story);
    }
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the owner dies, and its heir is the node with which connections stay")
  void ownerDies(Delivery delivery) {
    ClusterStory story = staying(delivery, 2, 1);
    Machine old = moveAll(story);
    story.run(200);
    story.cluster.kill(other(story, old));
    story.run(2_000);
    assertThat(isNothingStaying(story)).isTrue();
    List<Transfer> known = List.copyOf(story.transfers);
    story.awaitWithin(60_000, () -> known.stream().allMatch(Transfer::isDone));
    known.forEach(Transfer::check);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the taker dies before it has opened a bucket: the giver goes on")
  void takerDies(Delivery delivery) {
    for (int millis = 0; millis < 16; millis += 5) {
      ClusterStory story = staying(delivery, 3, 1);
      begin(story);
      story.run(300);
      int bucket = story.bucketOf(first(story));
      Machine old = owner(story, bucket);
      Machine to = other(story, old);
      story.cluster.input(old, new ClusterInput.Move(bucket, to.id()));
      story.run(millis);
      story.cluster.kill(to);
      finish(story);
    }
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the node is killed with which connections stay: their owners go on")
  void nodeIsKilled(Delivery delivery) {
    ClusterStory story = staying(delivery, 3, 1);
    Machine old = moveAll(story);
    story.run(200);
    story.cluster.kill(old);
    begin(story);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-6 the node is stopped with which connections stay: others go on with them")
  void nodeIsStopped(Delivery delivery) {
    ClusterStory story = staying(delivery, 3, 1);
    Machine old = moveAll(story);
    story.cluster.stop(old);
    story.run(3_000);
    story.cluster.resume(old);
    begin(story);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the node is drained with which connections stay: it hands them over")
  void nodeIsDrained(Delivery delivery) {
    ClusterStory story = staying(delivery, 4, 2);
    Machine old = moveAll(story);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> old.hasLeft);
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    begin(story);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the node is to leave after its last connection, and keeps them so long")
  void nodeStays(Delivery delivery) {
    ClusterStory story = staying(delivery, 3, 1);
    Machine old = moveAll(story);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.run(1_000);
    assertThat(staying(story, old)).isPositive();
    begin(story);
    finish(story);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName(
      "PDP-1 PDP-7 the owner is drained, and the node with what stays is the only other one")
  void ownerIsDrained(Delivery delivery) {
    ClusterStory story = staying(delivery, 2, 1);
    Machine old = moveAll(story);
    Machine owner = other(story, old);
    story.cluster.input(owner, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> owner.hasLeft);
    assertThat(isNothingStaying(story)).isTrue();
    finish(story);
  }

  @ParameterizedTest
  @CsvSource({
    "SHARED, true",
    "REDIRECTED, true",
    "DISPATCHED, true",
    "SHARED, false",
    "REDIRECTED, false",
    "DISPATCHED, false"
  })
  @DisplayName(
      "PDP-1 LD-14 HSI-4 one table says that the node has died and that the owner hands over: what"
          + " stayed goes with the bucket")
  void diesWhenTheBucketMovesOn(Delivery delivery, boolean isDrained) {
    ClusterStory story = staying(delivery, 4, 1);
    begin(story);
    story.run(300);
    Machine old = other(story, story.coordinator());
    moveAllFrom(story, old);
    int bucket = bucketOfOpen(story, old);
    Machine owner = owner(story, bucket);
    Machine to = other(story, old, owner, story.coordinator());
    List<AllocationTable> tables = new ArrayList<>();
    story.cluster.tables = tables::add;
    story.cluster.carrier.nodeLoss =
        (from, _, message) -> from == to && message instanceof ClusterMessage.BucketReport;
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(2_000, () -> to.id().equals(story.table().bucket(bucket).target()));
    story.run(200);
    story.cluster.carrier.nodeLoss = (_, _, message) -> message instanceof ClusterMessage.Accepted;
    if (isDrained) {
      story.cluster.input(owner, new ClusterInput.Drain(Member.Role.DRAINING));
    } else {
      int another = bucketOfOther(story, to);
      story.cluster.input(to, new ClusterInput.Move(another, to.id()));
    }
    story.run(100);
    story.cluster.kill(old);
    story.cluster.input(story.coordinator(), new ClusterInput.ProvedDead(old.id()));
    story.run(100);
    story.cluster.carrier.nodeLoss = (_, _, _) -> false;
    story.awaitWithin(2_000, () -> !tables.getLast().isMember(old.id()));
    assertThat(isInOneStep(tables, bucket, old, owner, to)).isTrue();
    story.awaitWithin(10_000, () -> owner.hasLeft == isDrained);
    finish(story);
  }

  /** A bucket of which nothing stays elsewhere, and that is not a machine's. */
  private int bucketOfOther(ClusterStory story, Machine machine) {
    return IntStream.range(0, BUCKETS)
        .filter(each -> story.table().bucket(each).staying() == null)
        .filter(each -> owner(story, each) != machine)
        .findFirst()
        .orElseThrow();
  }

  /** A bucket of which an open connection stays with a machine. */
  private int bucketOfOpen(ClusterStory story, Machine machine) {
    return story.transfers.stream()
        .filter(each -> !each.isDone() && isAt(story, machine, each))
        .map(each -> story.bucketOf(each.ends))
        .filter(each -> owner(story, each) != machine)
        .findFirst()
        .orElseThrow();
  }

  /** Whether the table in which {@code old} is gone is the one in which a bucket changes hands. */
  private static boolean isInOneStep(
      List<AllocationTable> tables, int bucket, Machine old, Machine owner, Machine to) {
    AllocationTable last =
        tables.stream()
            .filter(each -> each.isMember(old.id()))
            .reduce((_, later) -> later)
            .orElseThrow();
    AllocationTable next =
        tables.stream().filter(each -> !each.isMember(old.id())).findFirst().orElseThrow();
    return last.bucket(bucket).isOwnedBy(owner.id())
        && next.bucket(bucket).isOwnedBy(to.id())
        && owner.id().equals(next.bucket(bucket).from());
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIRECTED", "DISPATCHED"})
  @DisplayName("PDP-1 LD-3 a life ends while a bucket goes home: the list takes no heap any more")
  void ownerBeginsAnew(Delivery delivery) {
    ConnectionPool ofAllLives = new ConnectionPool(Integer.MAX_VALUE, Long.MAX_VALUE);
    pools = pool -> ofAllLives;
    ClusterStory story = staying(delivery, 4, 1);
    Machine old = moveAll(story);
    int bucket = bucketOfOpen(story, old);
    Machine owner = owner(story, bucket);
    NodeId life = owner.id();
    story.run(200);
    moveBack(story, old);
    story.awaitWithin(2_000, () -> isToGoHome(owner, bucket, old));
    assertThat(owner.engines(bucket).staying().listed()).isPositive();
    story.cluster.cut(1 << owner.number);
    story.run(3_000);
    assertThat(isToGoHome(owner, bucket, old)).isTrue();
    story.cluster.heal();
    story.awaitWithin(5_000, () -> owner.isRunning() && !owner.id().equals(life));
    finish(story);
    assertThat(ofAllLives.listedBytes()).isZero();
  }

  private static boolean isToGoHome(Machine owner, int bucket, Machine to) {
    AllocationTable table = owner.node().table();
    return table != null && table.bucket(bucket).isOwnedBy(to.id());
  }
}
