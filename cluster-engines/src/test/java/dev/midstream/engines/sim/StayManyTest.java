package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More connections of one bucket stay than an engine goes on with in one call. */
class StayManyTest extends StayStories {
  private static final int MANY = 100;

  private int port = 40_000;

  private void beginIn(ClusterStory story, int bucket) {
    for (int left = MANY; left > 0; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      if (story.bucketOf(ends) == bucket) {
        story.transfer(
            new Transfer(ends, EndpointOptions.MODERN, script(), script(), Texts::edited));
        left--;
      }
    }
  }

  private Application script() {
    Application script = new Application();
    for (int part = 0; part < 8; part++) {
      script.write(Texts.drawn(random, 200)).pause(400 * MILLI);
    }
    return script.close();
  }

  private int bucketAwayFromTheCoordinator(ClusterStory story) {
    int bucket = 0;
    while (owner(story, bucket) == story.coordinator()) {
      bucket++;
    }
    return bucket;
  }

  private void move(ClusterStory story, int bucket, Machine to) {
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(5_000, () -> isAt(story.table().bucket(bucket), to));
  }

  private static boolean isAt(Bucket agreed, Machine to) {
    return agreed.isOwnedBy(to.id()) && agreed.from() == null;
  }

  /** The process is gone once the node has said that none stays with it any more. */
  private static void killAtReport(ClusterStory story, Machine old, boolean[] isDead) {
    story.cluster.carrier.sends = machine -> machine != old || !isDead[0];
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> {
          boolean isReport =
              message instanceof ClusterMessage.BucketReport report && !report.closed().isEmpty();
          if (from == old && isReport && !isDead[0]) {
            isDead[0] = true;
            story.cluster.at(story.cluster.now(), () -> story.cluster.kill(old));
          }
          return false;
        };
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName(
      "PDP-1 LD-14 the node dies when it has said that all came back: others have them all")
  void diesWhenAllAreHome(Delivery delivery) {
    ClusterStory story = cluster(delivery, 3, 1, Reallocation.STAY).whole();
    int bucket = bucketAwayFromTheCoordinator(story);
    Machine old = owner(story, bucket);
    beginIn(story, bucket);
    story.run(300);
    move(story, bucket, other(story, old, story.coordinator()));
    assertThat(staying(story, old)).isEqualTo(MANY);
    boolean[] isDead = {false};
    killAtReport(story, old, isDead);
    story.cluster.input(old, new ClusterInput.Move(bucket, old.id()));
    story.awaitWithin(5_000, () -> isDead[0]);
    story.finishWithin(60_000);
  }

  /** The process is gone once it has answered that it goes on with what stayed elsewhere. */
  private static void killAtAnswer(ClusterStory story, Machine owner, boolean[] isDead) {
    long[] given = {Long.MAX_VALUE};
    story.cluster.carrier.sends = machine -> machine != owner || !isDead[0];
    story.cluster.carrier.logLoss =
        (from, to, message) -> {
          if (to == owner && message instanceof Append append && isGiven(append)) {
            given[0] = append.first() + append.records().size() - 1;
          }
          if (from == owner && isAnswer(message, given[0]) && !isDead[0]) {
            isDead[0] = true;
            story.cluster.at(story.cluster.now(), () -> story.cluster.kill(owner));
          }
          return false;
        };
  }

  private static boolean isGiven(Append append) {
    return append.since() == LogMessage.STAYING_KEYS && append.records().getLast().length == 1;
  }

  private static boolean isAnswer(LogMessage message, long number) {
    return message instanceof Applied applied
        && applied.since() == LogMessage.STAYING_KEYS
        && applied.number() >= number;
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 LD-14 the owner dies when it has said that it goes on: others have all")
  void ownerDiesWhenItHasAnswered(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    int bucket = bucketAwayFromTheCoordinator(story);
    Machine old = owner(story, bucket);
    beginIn(story, bucket);
    story.run(300);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
    Machine owner = owner(story, bucket);
    boolean[] isDead = {false};
    killAtAnswer(story, owner, isDead);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> isDead[0]);
    story.finishWithin(60_000);
  }
}
