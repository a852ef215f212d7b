package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node gives the connections that stay with it to the owners of their buckets. What it says, or
 * the answer to it, is lost, while buckets move or their owners die.
 */
class StayGivenTest extends StayStories {
  private static final long GIVING_MILLIS = 40;

  private ClusterStory given(Delivery delivery, Loss<LogMessage> loss) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = stay(story);
    story.run(200);
    story.cluster.carrier.logLoss = (from, to, message) -> loss.loses(from, to, message);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.run(GIVING_MILLIS);
    assertThat(old.hasLeft).as("nothing has been given yet").isFalse();
    return story;
  }

  /** What gives connections to an owner. */
  private static boolean isGiven(LogMessage message) {
    return message instanceof Append append
        && append.since() == LogMessage.STAYING_KEYS
        && append.records().getLast().length == 1;
  }

  /** The answer to that, and all later ones. */
  private static boolean isAnswer(LogMessage message) {
    return message instanceof Applied applied && applied.since() == LogMessage.STAYING_KEYS;
  }

  private void moveAll(ClusterStory story) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      Machine owner = owner(story, bucket);
      Machine old = story.cluster.machineOf(Objects.requireNonNull(story.table().stayer()));
      Machine to = other(story, old, owner);
      story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    }
  }

  private void finish(ClusterStory story) {
    story.run(1_000);
    story.cluster.carrier.logLoss = (from, to, message) -> false;
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 buckets move before their owners hear that they are to go on")
  void isGivenToTheNextOwner(Delivery delivery) {
    ClusterStory story = given(delivery, (from, to, message) -> isGiven(message));
    moveAll(story);
    finish(story);
  }

  /** A bucket moves on before its owner hears that it is to go on, and its taker waits for it. */
  private ClusterStory movesOn(Delivery delivery) {
    int[] bucket = {-1};
    ClusterStory story = given(delivery, (from, to, message) -> bucket[0] < 0 && isGiven(message));
    bucket[0] = story.bucketOf(open(story).ends);
    Machine owner = owner(story, bucket[0]);
    Machine old = story.cluster.machineOf(Objects.requireNonNull(story.table().stayer()));
    Machine taker = other(story, old, owner);
    story.cluster.carrier.logLoss = (from, to, message) -> to == owner && isGiven(message);
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> to == taker && message instanceof ClusterMessage.Last;
    story.cluster.input(taker, new ClusterInput.Move(bucket[0], taker.id()));
    story.run(50);
    assertThat(taker.mayEmit(bucket[0], story.cluster.now())).isFalse();
    return story;
  }

  private static Transfer open(ClusterStory story) {
    NodeId old = Objects.requireNonNull(story.table().stayer());
    return story.transfers.stream()
        .filter(each -> !each.isDone() && isAt(story, story.cluster.machineOf(old), each))
        .findFirst()
        .orElseThrow();
  }

  private static void endLosses(ClusterStory story) {
    story.cluster.carrier.logLoss = (from, to, message) -> false;
    story.cluster.carrier.nodeLoss = (from, to, message) -> false;
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 the next owner hears that it is to go on before it has the bucket")
  void isGivenBeforeTheBucketIs(Delivery delivery) {
    ClusterStory story = movesOn(delivery);
    Machine old = story.cluster.machineOf(Objects.requireNonNull(story.table().stayer()));
    endLosses(story);
    story.awaitWithin(5_000, () -> old.hasLeft);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName(
      "PDP-1 PDP-7 LD-14 the next owner hears that it is to go on before it has the bucket, and the"
          + " node dies: the owner before goes on")
  void isGivenBeforeTheBucketIsAndDies(Delivery delivery) {
    ClusterStory story = movesOn(delivery);
    story.cluster.kill(story.cluster.machineOf(Objects.requireNonNull(story.table().stayer())));
    story.run(50);
    endLosses(story);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 buckets move after their owners went on, which is not known")
  void isWithTheOwnerBefore(Delivery delivery) {
    ClusterStory story = given(delivery, (from, to, message) -> isAnswer(message));
    story.run(200);
    moveAll(story);
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the owner dies before it hears that it is to go on")
  void ownerDiesBefore(Delivery delivery) {
    ClusterStory story = given(delivery, (from, to, message) -> isGiven(message));
    story.cluster.kill(owner(story, story.bucketOf(first(story))));
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the owner dies after it went on, which is not known")
  void ownerDiesAfterwards(Delivery delivery) {
    ClusterStory story = given(delivery, (from, to, message) -> isAnswer(message));
    story.run(200);
    story.cluster.kill(owner(story, story.bucketOf(first(story))));
    finish(story);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the last other node dies before it goes on: the node owns all")
  void ownsAgain(Delivery delivery) {
    ClusterStory story = story(delivery, 2, 1);
    Machine old = stay(story);
    story.run(200);
    List<Transfer> known = story.transfers.stream().filter(each -> isAt(story, old, each)).toList();
    story.cluster.carrier.logLoss = (from, to, message) -> isGiven(message);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.run(GIVING_MILLIS);
    story.cluster.kill(other(story, old));
    story.run(1_000);
    story.awaitWithin(60_000, () -> known.stream().allMatch(Transfer::isDone));
    known.forEach(Transfer::check);
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERVAL", "ON_CHANGE"})
  @DisplayName(
      "PDP-1 PDP-7 HDP-18 the last other node went on, which is not known, and dies: what it decided"
          + " is missed")
  void missesWhatWasDecided(CommitMode mode) {
    committing = mode;
    ClusterStory story = story(Delivery.SHARED, 2, 1);
    Machine old = stay(story);
    story.run(200);
    List<Transfer> known = story.transfers.stream().filter(each -> isAt(story, old, each)).toList();
    story.cluster.carrier.logLoss = (from, to, message) -> isAnswer(message);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.run(GIVING_MILLIS + 500);
    List<Transfer> open = known.stream().filter(each -> !each.isDone()).toList();
    story.cluster.kill(other(story, old));
    story.cluster.carrier.logLoss = (from, to, message) -> false;
    story.awaitWithin(60_000, () -> known.stream().allMatch(Transfer::isDone));
    assertThat(open)
        .isNotEmpty()
        .allMatch(each -> story.events.of(each.ends).contains(Reason.TAKEOVER_UNSAFE_REPLAY));
    StreamOracle oracle = new StreamOracle(Texts::edited, Texts::edited);
    known.forEach(each -> oracle.checkSoFar(each.talk()));
  }
}
