package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node dies with which connections stay, and one of their buckets moves on before the table shows
 * that: only the giver of the bucket has them.
 */
class StayUnnoticedTest extends MoveOnStories {
  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 LD-14 HSI-4 the node has died, which is not known when the bucket moves on: its giver"
          + " goes on with what stayed")
  void hasDied(Reallocation reallocation) {
    for (Delivery delivery : Delivery.values()) {
      ClusterStory story = cluster(delivery, 4, 1, reallocation).whole();
      Machine old = stayAside(story, reallocation);
      int bucket = bucketOfOpen(story, old);
      Machine giver = owner(story, bucket);
      story.cluster.crash(old); // nothing refuses a connection: its silence is noticed
      move(story, bucket, other(story, old, giver));
      assertThat(story.table().isMember(old.id())).isTrue();
      story.awaitWithin(2_000, () -> !story.table().isMember(old.id()));
      story.awaitWithin(100, () -> giver.id().equals(story.table().bucket(bucket).owner()));
      begin(story);
      story.finishWithin(60_000);
      story.awaitWithin(5_000, story::isWhole);
    }
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 LD-14 HSI-4 the node obeys the move, and dies before the taker knows what stays: it"
          + " has written to the giver so long")
  void diesBeforeTheTakerKnows(Reallocation reallocation) {
    for (Delivery delivery : Delivery.values()) {
      ClusterStory story = cluster(delivery, 4, 1, reallocation).whole();
      Machine old = stayAside(story, reallocation);
      int bucket = bucketOfOpen(story, old);
      Machine giver = owner(story, bucket);
      Machine taker = other(story, old, giver);
      story.cluster.carrier.logLoss =
          (from, to, message) -> from == old && to == taker && isList(message);
      move(story, bucket, taker);
      story.run(300); // timers of what stays send meanwhile
      assertThat(story.table().bucket(bucket).from()).isEqualTo(giver.id());
      giverGoesOn(story, old, giver, bucket);
    }
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 LD-14 HSI-4 the list comes when the taker gives the bucket back: it has no part in it")
  void listComesLate(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine giver = owner(story, bucket);
    Machine taker = other(story, old, giver);
    List<Append> late = new ArrayList<>();
    story.cluster.carrier.logLoss =
        (from, to, message) ->
            from == old && to == taker && isList(message) && late.add((Append) message);
    boolean[] hasCome = new boolean[1];
    story.cluster.staying.obeyed =
        (machine, worker, table) -> {
          boolean givesBack =
              machine == taker
                  && !table.isMember(old.id())
                  && taker.id().equals(table.bucket(bucket).owner());
          if (givesBack && !hasCome[0]) {
            hasCome[0] = true;
            story.cluster.at(story.cluster.now() + 1, () -> come(story, old, taker, late));
          }
        };
    move(story, bucket, taker);
    story.run(50);
    assertThat(late).isNotEmpty();
    story.cluster.kill(old);
    story.awaitWithin(500, () -> giver.id().equals(story.table().bucket(bucket).owner()));
    assertThat(hasCome).containsOnly(true);
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 LD-14 HSI-4 the taker has the list, and the node is gone before it has opened the"
          + " bucket: it gives it back")
  void diesBeforeTheTakerHasOpened(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine giver = owner(story, bucket);
    Machine taker = other(story, old, giver);
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> to == taker && message instanceof ClusterMessage.Last;
    move(story, bucket, taker);
    story.run(50);
    story.cluster.kill(old);
    story.awaitWithin(500, () -> !story.table().isMember(old.id()));
    assertThat(taker.engines(bucket).staying().isAny(bucket)).as("it has the list").isTrue();
    story.cluster.carrier.nodeLoss = (from, to, message) -> false;
    story.awaitWithin(500, () -> giver.id().equals(story.table().bucket(bucket).owner()));
    begin(story);
    story.finishWithin(60_000);
    story.awaitWithin(5_000, story::isWhole);
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 PDP-7 LD-14 HSI-4 the node has given to the giver what it takes back as the bucket"
          + " moves on, and dies: the giver goes on with it")
  void diesAfterItTookBack(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine giver = owner(story, bucket);
    Machine taker = other(story, old, giver);
    story.cluster.carrier.logLoss = (from, to, message) -> from == old && isLog(message);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.run(40);
    assertThat(old.hasLeft).as("it cannot say that the owner is to go on").isFalse();
    story.cluster.carrier.logLoss =
        (from, to, message) -> from == old && to == taker && isList(message);
    move(story, bucket, taker);
    story.run(300); // the giver gets all that was written
    assertThat(story.table().bucket(bucket).from()).isEqualTo(giver.id());
    giverGoesOn(story, old, giver, bucket);
  }

  @ParameterizedTest
  @EnumSource(Reallocation.class)
  @DisplayName(
      "PDP-1 LD-14 the owner is told again that its replica of what stays counts, if that is lost")
  void isToldAgainThatItCounts(Reallocation reallocation) {
    ClusterStory story = cluster(Delivery.SHARED, 4, 1, reallocation).whole();
    Machine old = stayAside(story, reallocation);
    int bucket = bucketOfOpen(story, old);
    Machine taker = other(story, old, owner(story, bucket));
    boolean[] isLost = new boolean[1];
    story.cluster.carrier.logLoss =
        (from, to, message) -> {
          boolean isFirst =
              to == taker
                  && !isLost[0]
                  && message instanceof LogMessage.Counted counted
                  && LogMessage.isStayingLog(counted.since());
          isLost[0] |= isFirst;
          return isFirst;
        };
    move(story, bucket, taker);
    story.run(300);
    assertThat(isLost).containsExactly(true);
    assertThat(taker.engines(bucket).staying().replica(bucket)).isNotNull();
    story.cluster.crash(old);
    begin(story);
    story.finishWithin(60_000);
  }

  /** What a giver has of what stayed with a machine, and has missed the end of the move. */
  private final class MissedEnd {
    final ClusterStory story = cluster(Delivery.SHARED, 5, 1, Reallocation.STAY).whole();
    final Machine old = stayAside(story, Reallocation.STAY);
    final int bucket = bucketOfOpen(story, old);
    final Machine giver = other(story, old, story.coordinator());
    final Machine taker = other(story, old, story.coordinator(), giver);

    /** The machine writes to the taker, which cannot go on with that. */
    MissedEnd() {
      move(story, bucket, giver);
      story.run(300); // it has a replica
      assertThat(giver.engines(bucket).staying().replica(bucket)).isNotNull();
      story.cluster.carrier.logLoss =
          (from, to, message) -> from == old && to == taker && isList(message);
      move(story, bucket, taker);
      story.run(50);
      story.cluster.carrier.nodeLoss =
          (from, to, message) -> to == giver && message instanceof ClusterMessage.Install;
      story.cluster.carrier.logLoss =
          (from, to, message) ->
              from == old && to == taker && message instanceof LogMessage.Counted;
      story.awaitWithin(100, () -> story.table().bucket(bucket).from() == null);
      story.run(100);
    }

    void machineDies() {
      story.cluster.kill(old);
      story.awaitWithin(500, () -> !story.table().isMember(old.id()));
    }

    void requireNothingIsUsed() {
      story.cluster.carrier.nodeLoss = (from, to, message) -> false;
      story.awaitWithin(500, () -> giver.mayEmit(bucket, story.cluster.now()));
      assertThat(known(giver, bucket)).as("another node has sent more since").isZero();
    }
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 HSI-4 a giver that has missed the end of the move does not go on with what it had"
          + " of a node that died later")
  void missesTheEndOfTheMove() {
    MissedEnd end = new MissedEnd();
    ClusterStory story = end.story;
    story.cluster.carrier.nodeLoss =
        (from, to, message) ->
            (to == end.giver || to == end.taker) && message instanceof ClusterMessage.Install;
    end.machineDies();
    story.cluster.kill(end.taker);
    story.awaitWithin(500, () -> end.giver.id().equals(story.table().bucket(end.bucket).owner()));
    end.requireNothingIsUsed();
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 HSI-4 a giver that has missed the end of the move, and gets the bucket back by"
          + " plan, does not go on with what it had of a node that died meanwhile")
  void missesTheEndAndGetsTheBucketBack() {
    MissedEnd end = new MissedEnd();
    end.machineDies();
    move(end.story, end.bucket, end.giver);
    assertThat(end.story.table().bucket(end.bucket).from()).isEqualTo(end.taker.id());
    end.requireNothingIsUsed();
  }

  @Test
  @DisplayName(
      "a giver that has missed the end of the move does not keep what it had when the bucket goes to"
          + " the node with which connections stay")
  void missesTheEndAndTheBucketComesHome() {
    MissedEnd end = new MissedEnd();
    Loss<ClusterMessage> losesLast =
        (from, to, message) -> to == end.old && message instanceof ClusterMessage.Last;
    Loss<ClusterMessage> losesTables = end.story.cluster.carrier.nodeLoss;
    end.story.cluster.carrier.nodeLoss =
        (from, to, message) ->
            losesLast.loses(from, to, message) || losesTables.loses(from, to, message);
    move(end.story, end.bucket, end.old);
    assertThat(end.giver.engines(end.bucket).staying().replica(end.bucket)).isNotNull();
    end.story.cluster.carrier.nodeLoss = losesLast; // so it is not open there
    end.story.awaitWithin(
        500,
        () ->
            Objects.requireNonNull(end.giver.node().table())
                .bucket(end.bucket)
                .isOwnedBy(end.old.id()));
    assertThat(end.story.table().stayer(end.bucket)).isEqualTo(end.old.id());
    assertThat(end.giver.engines(end.bucket).staying().replica(end.bucket)).isNull();
  }

  /** {@code old} dies, nothing is lost any more, and {@code giver} has the bucket again. */
  private void giverGoesOn(ClusterStory story, Machine old, Machine giver, int bucket) {
    story.cluster.kill(old);
    story.cluster.carrier.logLoss = (_, _, _) -> false;
    story.awaitWithin(500, () -> giver.id().equals(story.table().bucket(bucket).owner()));
    begin(story);
    story.finishWithin(60_000);
    story.awaitWithin(5_000, story::isWhole);
  }

  private static void come(ClusterStory story, Machine from, Machine to, List<Append> late) {
    for (Append each : late) {
      to.engines(each.bucket())
          .receive(from.id(), each, to.clock(story.cluster.now()), story.cluster.outputOf(to));
      assertThat(to.engines(each.bucket()).staying().isAny(each.bucket())).isFalse();
    }
  }
}
