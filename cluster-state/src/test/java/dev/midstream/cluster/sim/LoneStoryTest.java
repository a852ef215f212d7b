package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Named scenarios of two nodes with {@code lone: continue}. */
class LoneStoryTest {
  /** How long a node looks for the other: five detection times, by clocks that differ by 1/64. */
  private static final long LOOK_MILLIS = 2_000;

  private static final long CLOCKS_MILLIS = 40;

  private static Story pair(boolean hasInterfaces) {
    return hasInterfaces ? new Story(2, Lone.CONTINUE) : Story.withDispatchers(2, 1, Lone.CONTINUE);
  }

  @ParameterizedTest
  @CsvSource({"0, true, 0", "1, true, 0", "0, true, 1", "1, true, 1", "0, false, 0", "1, false, 1"})
  @DisplayName(
      "LD-3 LD-6 a node of a pair that was stopped for longer than the detection time joins the"
          + " other one, which keeps its life and all buckets")
  void joinsAfterAStop(int stopped, boolean hasInterfaces, int first) {
    Story story = pair(hasInterfaces);
    story.cluster.start(story.host(first));
    story.run(100);
    story.whole();
    Host victim = story.host(stopped);
    Host other = story.host(1 - stopped);
    NodeId life = other.id();
    story.write(2);

    story.cluster.stop(victim);
    story.run(3_000);
    assertThat(story.emitted(other)).isEqualTo(Story.BUCKETS);
    NodeId founder = founder(other);
    story.cluster.resume(victim);

    int all = story.cluster.hosts.size();
    for (int millis = 0; story.members(victim) != all || story.members(other) != all; millis++) {
      assertThat(millis).isLessThan(5_000);
      story.run(1);
      assertThat(other.isRunning()).isTrue();
      assertThat(other.id()).isEqualTo(life);
    }
    assertThat(founder(victim)).isEqualTo(founder);
    story.awaitWithin(3_000, story::isWhole);
  }

  @ParameterizedTest
  @CsvSource({"0, true, 0", "1, true, 0", "0, false, 0", "1, false, 0"})
  @DisplayName(
      "LD-3 LD-6 a stopped node does not go on by itself while the group layer keeps the two apart:"
          + " the other one answers at its port")
  void waitsForTheOther(int stopped, boolean hasInterfaces, int first) {
    Story story = pair(hasInterfaces);
    story.cluster.start(story.host(first));
    story.run(100);
    story.whole();
    Host victim = story.host(stopped);
    Host other = story.host(1 - stopped);
    NodeId life = other.id();

    story.cluster.stop(victim);
    story.run(3_000);
    story.cluster.loss = (from, to, message) -> true;
    victim.queued.clear();
    story.cluster.resume(victim);
    story.run(4_000);
    assertThat(story.emitted(victim)).isZero();
    assertThat(story.emitted(other)).isEqualTo(Story.BUCKETS);
    story.cluster.loss = (from, to, message) -> false;

    int all = story.cluster.hosts.size();
    story.awaitWithin(5_000, () -> story.members(victim) == all && story.members(other) == all);
    assertThat(other.id()).isEqualTo(life);
  }

  @Test
  @DisplayName(
      "LD-2 a node forms a cluster of its own after five detection times in which the other's"
          + " machine was down")
  void formsAlone() {
    Story story = new Story(2, Lone.CONTINUE);
    story.cluster.crash(story.host(1));
    story.cluster.start(story.host(0));

    story.run(LOOK_MILLIS - CLOCKS_MILLIS);
    assertThat(story.members(story.host(0))).isZero();
    story.awaitWithin(500, () -> story.members(story.host(0)) == 1);
    story.wantAll();
    story.awaitWithin(500, () -> story.emitted(story.host(0)) == Story.BUCKETS);
  }

  @Test
  @DisplayName("LD-2 a node forms no cluster of its own while the other one answers at its port")
  void formsNoneBesideAnother() {
    Story story = new Story(2, Lone.CONTINUE);
    story.cluster.loss = (from, to, message) -> true;
    story.cluster.start(story.host(0));
    story.cluster.start(story.host(1));

    story.run(5 * LOOK_MILLIS);
    assertThat(story.coordinators()).isEmpty();
    story.cluster.loss = (from, to, message) -> false;
    story.awaitWithin(2_000, () -> story.members(story.host(0)) == 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("LD-14 if the machine of one dies, the other goes on after the detection time")
  void outlivesAMachine(boolean coordinates) {
    Story story = new Story(2, Lone.CONTINUE).whole();
    Host victim = coordinates ? story.coordinator() : story.follower();
    Host other = coordinates ? story.follower() : story.coordinator();

    story.cluster.crash(victim);

    story.awaitWithin(600, () -> story.emitted(other) == Story.BUCKETS);
  }

  @Test
  @DisplayName(
      "LD-6 a node that was stopped begins anew if it does not find the other: that one went on,"
          + " and so its replicas are old")
  void beginsAnew() {
    Story story = new Story(2, Lone.CONTINUE).whole();
    Host victim = story.coordinator();
    Host other = story.follower();
    NodeId life = victim.id();
    story.cluster.stop(victim);
    story.run(3_000);
    story.write(2);
    story.cluster.crash(other);
    story.cluster.resume(victim);

    story.run(LOOK_MILLIS - CLOCKS_MILLIS);
    assertThat(story.emitted(victim)).isZero();
    story.awaitWithin(3_000, () -> story.members(victim) == 1);
    assertThat(victim.id()).isNotEqualTo(life);
  }

  private static NodeId founder(Host host) {
    return Objects.requireNonNull(host.node().table()).founder();
  }
}
