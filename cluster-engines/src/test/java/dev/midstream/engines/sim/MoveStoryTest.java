package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a planned move if one of its messages is lost. */
class MoveStoryTest {
  /** The packets of a bucket wait at its taker for this time at most. */
  private static final long MOST_MILLIS = 50;

  private final EngineStoryTest stories = new EngineStoryTest();

  @ParameterizedTest
  @ValueSource(
      classes = {
        ClusterMessage.Stopped.class,
        ClusterMessage.Receiving.class,
        ClusterMessage.Last.class
      })
  @DisplayName("HSI-4 a message of a move is lost once: it is said again, and no packet is lost")
  void saysAgain(Class<? extends ClusterMessage> kind) {
    ClusterStory story = EngineStoryTest.story(3, 1).whole();
    stories.begin(story);
    story.run(200);
    int bucket = story.bucketOf(stories.any(story));
    Machine taker = story.heirOf(stories.any(story));
    List<ClusterMessage> lost = new ArrayList<>();
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> lost.isEmpty() && kind.isInstance(message) && lost.add(message);
    story.cluster.input(taker, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> !lost.isEmpty());
    story.awaitWithin(MOST_MILLIS, () -> taker.mayEmit(bucket, story.cluster.now()));
    story.finishWithin(60_000);
    assertThat(story.network.lostFrames()).isZero();
  }
}
