package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nodes keep of connections while these are open, and when all are over. */
class LeftOversTest extends StayStories {

  @Test
  @DisplayName("it is seen what an owner and its backup keep of open connections")
  void seesWhatIsKept() {
    ClusterStory story = story(Delivery.SHARED, 3, 1);
    begin(story);
    story.run(300);
    assertThat(LeftOvers.of(story.ownerOf(first(story))))
        .anyMatch(each -> each.contains("connections="));
    assertThat(LeftOvers.of(story.heirOf(first(story))))
        .anyMatch(each -> each.startsWith("KeptRecord"));
  }

  @Test
  @DisplayName("it is seen what a node and an owner keep of connections that stay")
  void seesWhatStays() {
    ClusterStory story = story(Delivery.SHARED, 3, 1);
    Machine stayer = stay(story);
    Machine owner = story.ownerOf(first(story));
    assertThat(LeftOvers.of(stayer)).anyMatch(each -> each.startsWith("StayingBucket"));
    assertThat(LeftOvers.of(owner)).anyMatch(each -> each.startsWith("ConnectionEnds"));
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("when all connections are over no node keeps anything of them")
  void forgetsAll(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 2);
    begin(story);
    story.finishWithin(20_000);
    story.run(LeftOvers.FORGOTTEN_MILLIS);
    LeftOvers.check(story.cluster);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("when all connections are over that stayed no node keeps anything of them")
  void forgetsWhatStayed(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine stayer = stay(story);
    story.run(1_000);
    story.cluster.input(stayer, new ClusterInput.Drain(Member.Role.DRAINING));
    story.finishWithin(20_000);
    story.awaitWithin(10_000, () -> stayer.hasLeft);
    story.run(LeftOvers.FORGOTTEN_MILLIS);
    LeftOvers.check(story.cluster);
  }
}
