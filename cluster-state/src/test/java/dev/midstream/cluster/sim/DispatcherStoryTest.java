package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterEffect.Event;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of members that pass packets on and have no part in decisions. */
class DispatcherStoryTest {
  private static final int NODES = 2;

  private final Story story = Story.withDispatchers(NODES, 2);
  private final List<Host> nodes = story.cluster.hosts.subList(0, NODES);
  private final List<Host> dispatchers = story.cluster.hosts.subList(NODES, NODES + 2);

  private boolean hasTable(Host host) {
    AllocationTable table = host.isRunning() ? host.node().table() : null;
    return table != null && table.version().equals(story.table().version());
  }

  @Test
  @DisplayName("PDP-9 a dispatcher joins and obeys each table, and owns and backs up nothing")
  void obeysTables() {
    story.whole();

    assertThat(story.members(story.host(0))).isEqualTo(4);
    story.awaitWithin(100, () -> dispatchers.stream().allMatch(this::hasTable));
    assertThat(dispatchers).noneMatch(each -> story.coordinator() == each);
    assertThat(dispatchers).allMatch(each -> story.emitted(each) == 0);
  }

  @Test
  @DisplayName("PDP-9 dispatchers that start first, or alone, found no cluster")
  void foundsNothing() {
    dispatchers.forEach(story.cluster::start);
    story.run(3_000);
    assertThat(story.coordinators()).isEmpty();

    nodes.forEach(story.cluster::start);
    story.awaitWithin(3_000, () -> story.members(story.host(0)) == 4);
  }

  @Test
  @DisplayName("PDP-9 nodes found a cluster although the machines of the dispatchers are gone")
  void nodesNeedNoDispatcherToBegin() {
    dispatchers.forEach(story.cluster::crash);
    nodes.forEach(story.cluster::start);

    story.awaitWithin(3_000, () -> story.members(story.host(0)) == NODES);
    story.wantAll();
    story.awaitWithin(3_000, story::isWhole);
  }

  @Test
  @DisplayName("PDP-9 the silence of all dispatchers at once costs the nodes nothing")
  void nodesGoOnWithoutDispatchers() {
    story.whole();
    dispatchers.forEach(story.cluster::crash);

    for (int millis = 0; millis < 3_000; millis += 10) {
      story.run(10);
      assertThat(story.isOwned()).as("after " + millis + " ms").isTrue();
    }
    assertThat(story.members(story.host(0))).isEqualTo(NODES);
  }

  @Test
  @DisplayName("PDP-9 a dispatcher makes no majority of one node that is cut off with it")
  void decidesNothing() {
    story.whole();
    Host cutOff = story.follower();
    Host goesOn = story.coordinator();
    story.cluster.cut(1 << cutOff.number | 1 << 2 | 1 << 3);

    story.run(3_000);
    story.wantAll();
    story.awaitWithin(500, () -> story.emitted(goesOn) == Story.BUCKETS);
    assertThat(story.emitted(cutOff)).isZero();

    story.cluster.heal();
    story.awaitWithin(5_000, () -> story.members(goesOn) == 4);
  }

  @Test
  @DisplayName("PDP-9 LD-6 of two nodes that do not hear each other only the coordinator goes on")
  void goesOnAtOneNode() {
    story.whole();
    Host leader = story.coordinator();
    Host other = story.follower();
    story.cluster.loss = (from, to, message) -> !from.isDispatcher() && !to.isDispatcher();

    story.run(3_000);
    story.wantAll();
    story.awaitWithin(500, () -> story.emitted(leader) == Story.BUCKETS);
    assertThat(story.emitted(other)).isZero();
  }

  @Test
  @DisplayName("PDP-9 a dispatcher that outlives all nodes joins the cluster which they found anew")
  void joinsTheNextCluster() {
    story.whole();
    nodes.forEach(story::killWithProof);
    story.run(1_000);
    assertThat(story.coordinators()).isEmpty();

    nodes.forEach(story.cluster::start);
    story.awaitWithin(5_000, () -> story.members(story.host(0)) == 4);
    story.awaitWithin(1_000, () -> dispatchers.stream().allMatch(this::hasTable));
  }

  @Test
  @DisplayName("PDP-9 a dispatcher that is ordered to leave is gone at once; the nodes go on")
  void leaves() {
    story.whole();
    Host leaving = dispatchers.getFirst();
    story.cluster.input(leaving, new ClusterInput.Drain(Member.Role.DRAINING));

    story.awaitWithin(500, () -> leaving.hasLeft);
    assertThat(story.members(story.host(0))).isEqualTo(3);
    assertThat(story.isWhole()).isTrue();
  }

  @Test
  @DisplayName("PDP-9 a bucket without owner gets one when a dispatcher wants it")
  void wantsABucket() {
    story.cluster.hosts.forEach(story.cluster::start);
    story.awaitWithin(5_000, () -> story.members(story.host(0)) == 4);
    story.cluster.input(dispatchers.getLast(), new ClusterInput.Wanted(3));

    story.awaitWithin(500, () -> story.table().bucket(3).owner() != null);
    assertThat(Objects.requireNonNull(story.table().bucket(3).owner()))
        .isIn(nodes.stream().map(Host::id).toList());
  }

  @Test
  @DisplayName("PDP-9 a node at the address of a dispatcher, or the other way round, does not join")
  void refusesAnotherRole() {
    dispatchers.getFirst().role = Member.Role.ACTIVE;
    nodes.forEach(story.cluster::start);
    story.awaitWithin(3_000, () -> story.members(story.host(0)) == NODES);

    story.cluster.start(dispatchers.getFirst());
    story.run(2_000);

    assertThat(story.members(story.host(0))).isEqualTo(NODES);
    assertThat(story.coordinator().reports).anyMatch(each -> each.event() == Event.VETO);
  }

  @Test
  @DisplayName(
      "PDP-9 LD-3 a node that dispatchers know as a member founds a cluster, because the only other"
          + " one died before it knew that: the dispatchers join it")
  void dispatchersJoinAMemberThatFounds() {
    story.cluster.hosts.stream()
        .filter(each -> each != nodes.getLast())
        .forEach(story.cluster::start);
    story.awaitWithin(3_000, () -> story.members(story.host(0)) == 3);
    story.cluster.loss =
        (from, to, message) -> to == nodes.getLast() && message instanceof ClusterMessage.Install;
    story.cluster.start(nodes.getLast());
    story.awaitWithin(3_000, () -> dispatchers.stream().allMatch(each -> story.members(each) == 4));
    assertThat(nodes.getLast().node().table()).isNull();

    story.killWithProof(nodes.getFirst());
    story.awaitWithin(5_000, () -> story.members(nodes.getLast()) == 3);
    story.awaitWithin(500, () -> dispatchers.stream().allMatch(this::hasTable));
  }
}
