package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterMessage.Install;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of two members that hear each other on their interfaces only. */
class PairStoryTest {

  @Test
  @DisplayName(
      "LD-6 a coordinator that was heard on an interface after the lease went on: when it dies, the"
          + " other one does not go on, not even with a node that left before")
  void doesNotOutliveTheOneThatWentOn() {
    Story story = new Story(3).whole();
    story.write(2);
    Host leader = story.coordinator();
    Host other = story.follower();
    Host left = story.follower(other);

    story.cluster.loss =
        (from, to, message) ->
            (from == leader && to == left)
                || (from == left && to == leader)
                || (to == other && message instanceof Install);
    story.awaitWithin(500, () -> story.members(leader) == 2);
    assertThat(story.members(other)).as("it does not know that this is agreed on").isEqualTo(3);

    story.cluster.loss = (from, to, message) -> from == leader || to == leader;
    story.awaitWithin(600, () -> story.members(leader) == 1);
    story.wantAll();
    story.run(100);
    story.write(2);
    story.cluster.crash(leader);
    story.run(3_000);
    story.wantAll();
    story.run(100);

    assertThat(story.emitted(other)).isZero();
    assertThat(story.emitted(left)).isZero();
  }
}
