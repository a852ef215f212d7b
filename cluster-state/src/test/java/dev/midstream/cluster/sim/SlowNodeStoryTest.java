package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Named scenarios of a node that is never run in time: its disk is slow, or its collector busy. */
class SlowNodeStoryTest {
  private static final int STORY_MILLIS = 20_000;
  private static final int DETECT_MILLIS = 400;
  private static final int LONGEST_MILLIS = 200;

  /** Two until silence is judged, three while it is the turn of the dead one, three to lead. */
  private static final int LATE_CALLS = 8;

  /** For how long it runs between two pauses. */
  private static final long RUN_NANOS = MILLI / 10;

  private static Story story(int nodes) {
    Story story = new Story(nodes, SeededRounds.generator(5)).whole();
    story.run(1_000); // the group layer has shown all
    story.cluster.network.isBusy = false;
    return story;
  }

  /** Each call of {@code host} comes late from now on, by a time between these. */
  private static void slow(Story story, Host host, long fromMillis, long toMillis) {
    SimulatedCluster cluster = story.cluster;
    long nanos = cluster.random.nextLong(fromMillis * MILLI, toMillis * MILLI);
    cluster.holdUp(host, nanos);
    cluster.time.at(
        cluster.now() + nanos + RUN_NANOS, _ -> slow(story, host, fromMillis, toMillis));
  }

  /** How many of the hosts have no lease. */
  private static int unleased(Story story) {
    long now = story.cluster.now();
    return (int)
        story.cluster.hosts.stream().filter(each -> !each.node().isLeased(each.clock(now))).count();
  }

  private static List<@Nullable NodeId> owners(Story story) {
    AllocationTable table = Objects.requireNonNull(story.host(0).node().table());
    return table.buckets().stream().<@Nullable NodeId>map(Bucket::owner).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "2, true, 70, 200", "2, false, 70, 150", "2, true, 149, 150", "2, false, 149, 150",
    "3, true, 70, 200", "3, false, 70, 200", "3, true, 149, 150", "3, false, 199, 200",
    "5, true, 70, 200", "5, false, 70, 200", "5, true, 149, 150", "5, false, 199, 200"
  })
  @DisplayName("LD-6 HSI-9 a node that is always late keeps its buckets, and all keep their leases")
  void keepsItsBuckets(int nodes, boolean leads, int from, int to) {
    Story story = story(nodes);
    Host leader = story.coordinator();
    Host slow = leads ? leader : story.follower();
    List<NodeId> lives = story.cluster.hosts.stream().map(Host::id).toList();
    List<@Nullable NodeId> before = owners(story);
    slow(story, slow, from, to);
    long unleased = 0;
    for (int millis = 0; millis < STORY_MILLIS; millis++) {
      story.run(1);
      unleased += unleased(story);
      if (millis % 100 == 0) {
        story.write(1);
      }
    }
    assertThat(story.cluster.hosts).extracting(Host::id).isEqualTo(lives);
    assertThat(owners(story)).isEqualTo(before);
    assertThat(unleased)
        .as("milliseconds without a lease, of all nodes")
        .isLessThan(STORY_MILLIS * nodes / 50);
  }

  @ParameterizedTest
  @CsvSource({
    "2, true, 70, 200", "2, false, 70, 200", "2, true, 199, 200", "2, false, 199, 200",
    "3, true, 70, 200", "3, false, 70, 200", "3, true, 199, 200", "3, false, 199, 200"
  })
  @DisplayName("LD-6 LD-14 a node that is always late notices all the same that a machine crashed")
  void noticesACrash(int nodes, boolean leads, int from, int to) {
    Story story = story(nodes);
    story.write(3);
    Host leader = story.coordinator();
    Host slow = leads ? leader : story.follower();
    slow(story, slow, from, to);
    story.run(1_000);
    story.cluster.crash(leads ? story.follower() : leader);

    story.awaitWithin(
        DETECT_MILLIS + LATE_CALLS * LONGEST_MILLIS,
        () -> story.coordinators().size() == 1 && story.members(slow) == nodes - 1);
    story.run(500);
    story.write(3);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 70, 200",
    "false, 70, 200",
    "true, 149, 150",
    "true, 199, 200",
    "false, 199, 200"
  })
  @DisplayName(
      "LD-6 two members hear each other on their interfaces only, and one is always late: the"
          + " coordinator goes on alone")
  void isHeardOnItsInterfaces(boolean leads, int from, int to) {
    for (int round = 0; round < 40; round++) {
      Story story = new Story(2, SeededRounds.generator(round)).whole();
      story.run(1_000);
      story.write(3);
      Host leader = story.coordinator();
      Host other = story.follower();
      NodeId life = leader.id();
      slow(story, leads ? leader : other, from, to);
      story.run(500);

      story.cluster.cut(1);
      story.awaitWithin(2_000, () -> story.members(leader) == 1);
      story.run(2_000);
      assertThat(leader.id()).isEqualTo(life);
      assertThat(story.emitted(other)).isZero();
    }
  }
}
