package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.sim.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Edited transfers through two nodes, which have no ports, behind two dispatchers. */
class DispatchStoryTest {
  private static final int NODES = 2;
  private static final long MILLI = EngineCluster.MILLI;

  private final EngineStoryTest others = new EngineStoryTest();
  private final ClusterStory story =
      new ClusterStory(
          new Plan(
              NODES,
              8,
              1,
              LogSettings.of(CommitMode.STRICT),
              ClusterStory.all(Texts.agent()),
              Timeouts.DEFAULTS,
              Path.of(20 * MILLI),
              1),
          2);
  private final List<Machine> dispatchers = story.cluster.machines.subList(NODES, NODES + 2);

  @Test
  @DisplayName("PDP-9 LD-9 HDP-17 edited transfers pass through dispatchers and nodes")
  void transfersPass() {
    story.whole();
    others.begin(story);
    story.finishWithin(20_000);
    assertThat(dispatchers).allMatch(each -> each.process().connections() == 0);
  }

  @Test
  @DisplayName("PDP-9 LD-9 HDP-17 a dispatcher is killed, and all octets of all transfers arrive")
  void dispatcherIsKilled() {
    story.whole();
    others.begin(story);
    story.run(300);
    story.cluster.kill(dispatchers.getFirst());
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("PDP-9 LD-9 HDP-17 an owner is killed, and all octets of all transfers arrive")
  void ownerIsKilled() {
    story.whole();
    others.begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(others.any(story)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("PDP-9 LD-9 HDP-17 a dispatcher and an owner are killed at once")
  void bothAreKilled() {
    story.whole();
    others.begin(story);
    story.run(300);
    story.cluster.kill(dispatchers.getLast());
    story.cluster.kill(story.ownerOf(others.any(story)));
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("PDP-9 LD-9 HDP-17 all dispatchers are away for two seconds; then all octets arrive")
  void allDispatchersAreAway() {
    story.whole();
    others.begin(story);
    story.run(300);
    dispatchers.forEach(story.cluster::kill);
    story.run(2_000);
    dispatchers.forEach(story.cluster::start);
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("PDP-9 PDP-7 a node behind dispatchers is drained under load, and leaves")
  void nodeIsDrained() {
    story.whole();
    others.begin(story);
    story.run(200);
    Machine owner = story.ownerOf(others.any(story));
    story.cluster.input(owner, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(10_000, () -> owner.hasLeft);
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName("PDP-9 LD-10 the first packets of a bucket wait at the dispatcher for its owner")
  void firstPacketsWait() {
    story.cluster.machines.forEach(story.cluster::start);
    story.awaitWithin(
        8_000,
        () ->
            dispatchers.stream()
                .allMatch(each -> {
                  var table = each.isRunning() ? each.node().table() : null;
                  return table != null && table.members().size() == 4;
                }));
    others.begin(story);
    story.finishWithin(20_000);
    assertThat(story.table().buckets()).anyMatch(each -> each.owner() == null);
  }
}
