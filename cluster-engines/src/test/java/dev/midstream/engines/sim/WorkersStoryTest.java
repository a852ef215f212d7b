package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.node.ClusterInput;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The stories of nodes with one worker, where each node has several; and those of workers. */
class WorkersStoryTest {
  private static final EngineStoryTest STORIES = new EngineStoryTest();

  private static ClusterStory story(int machines, int copies, int workers) {
    ClusterStory story = EngineStoryTest.story(machines, copies);
    story.cluster.machines.forEach(each -> each.workers = workers);
    return story.whole();
  }

  @Test
  @DisplayName("HDP-15 HDP-17 LD-14 a node of two workers is killed, and all octets arrive")
  void nodeOfTwoWorkersIsKilled() {
    ClusterStory story = story(3, 1, 2);
    STORIES.begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(STORIES.any(story)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("HDP-15 HDP-17 HSI-4 nodes of one, two and three workers restart one after another")
  void nodesOfDifferentWorkersRestart() {
    ClusterStory story = EngineStoryTest.story(3, 1);
    story.cluster.machines.forEach(each -> each.workers = 1 + each.number);
    story.whole();
    STORIES.begin(story);
    for (Machine each : story.cluster.machines) {
      story.run(200);
      story.cluster.kill(each);
      story.run(100);
      story.cluster.start(each);
      story.awaitWithin(20_000, story::isWhole);
    }
    story.finishWithin(60_000);
  }

  /** The observer of what is sent fails the test if two machines may send for one bucket. */
  @Test
  @DisplayName(
      "HDP-15 LD-14 while the worker is stuck that renews the lease, the others send nothing after"
          + " its end, and other nodes go on")
  void leaseEndsForAllWorkers() {
    ClusterStory story = story(3, 1, 2);
    STORIES.begin(story);
    story.run(300);
    Machine stuck = story.ownerOf(STORIES.any(story));
    int bucket = odd(story, stuck);
    assertThat(stuck.mayEmit(bucket, story.cluster.now())).isTrue();
    stuck.stuck = 0;
    story.awaitWithin(
        10_000,
        () ->
            story.cluster.machines.stream()
                .anyMatch(each -> each != stuck && each.mayEmit(bucket, story.cluster.now())));
    assertThat(stuck.mayEmit(bucket, story.cluster.now())).isFalse();
    story.run(500);
    stuck.stuck = -1;
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "HDP-15 HSI-4 while a worker is in a slow call of an agent, its bucket is not received where"
          + " it moves to: what it sends would be taken for what an end sent")
  void staysWithASlowWorker() {
    ClusterStory story = story(3, 1, 2);
    STORIES.begin(story);
    story.run(300);
    Machine giver = story.ownerOf(STORIES.any(story));
    Machine taker = story.machine((giver.number + 1) % 3);
    int bucket = odd(story, giver);
    giver.stuck = 1;
    story.cluster.input(giver, new ClusterInput.Move(bucket, taker.id()));
    story.run(150);
    assertThat(story.table().bucket(bucket).owner()).isEqualTo(taker.id());
    assertThat(taker.receives(bucket)).isFalse();
    assertThat(giver.receives(bucket)).isTrue();
    giver.stuck = -1;
    story.awaitWithin(5_000, () -> taker.mayEmit(bucket, story.cluster.now()));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "HDP-15 HSI-4 while the first worker is in a slow call of an agent, another node restarts,"
          + " and gets a bucket of it afterwards")
  void seesWhatChangesDuringASlowCall() {
    ClusterStory story = story(4, 1, 1);
    Machine coordinator = story.coordinator();
    Machine slow = story.machine((coordinator.number + 1) % 4);
    Machine other = story.machine((coordinator.number + 2) % 4);
    slow.stuck = 0;
    story.cluster.kill(other);
    story.run(10);
    story.cluster.start(other);
    story.run(320); // less than it takes until the slow one counts as dead
    slow.stuck = -1;
    story.awaitWithin(10_000, story::isWhole);
    int bucket = story.table().buckets().indexOf(ownedBy(story, slow));
    story.cluster.input(slow, new ClusterInput.Move(bucket, other.id()));
    story.awaitWithin(1_000, () -> other.mayEmit(bucket, story.cluster.now()));
  }

  private static Bucket ownedBy(ClusterStory story, Machine machine) {
    return story.table().buckets().stream()
        .filter(each -> each.isOwnedBy(machine.id()))
        .findFirst()
        .orElseThrow();
  }

  /** A bucket of the second worker of {@code machine}. */
  private static int odd(ClusterStory story, Machine machine) {
    for (int bucket = 1; bucket < story.cluster.buckets.count(); bucket += 2) {
      if (machine.mayEmit(bucket, story.cluster.now())) {
        return bucket;
      }
    }
    throw new AssertionError("the second worker has no bucket");
  }
}
