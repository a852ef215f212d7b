package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterEffect.Event;
import dev.midstream.cluster.node.ClusterEffect.Report;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterMessage.ClientKeepalive;
import dev.midstream.cluster.node.ClusterMessage.MasterKeepalive;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named scenarios of keepalives, joins and merges. */
class MembershipStoryTest {
  /** Less than the detection time without one interval of keepalives, ticks and delays. */
  private static final long LEASE_AHEAD_NANOS = 160_000_000;

  private static final long MILLI = 1_000_000;

  @Test
  @DisplayName("LD-4 the coordinator's keepalive has members, interval and the table's version")
  void sendsMasterKeepalives() {
    Story story = new Story(3).whole();

    List<MasterKeepalive> sent = sent(story, 2_000, MasterKeepalive.class);

    assertThat(sent).hasSizeBetween(2 * 10, 2 * 12);
    assertThat(sent)
        .allSatisfy(keepalive -> {
          assertThat(keepalive.members()).isEqualTo(3);
          assertThat(keepalive.leased()).isTrue();
          assertThat(keepalive.intervalNanos()).isEqualTo(175 * MILLI);
          assertThat(keepalive.version()).isEqualTo(story.table().version());
          assertThat(keepalive.founder()).isEqualTo(story.table().founder());
        });
    assertThat(sent.getLast().sequence() - sent.getFirst().sequence() + 1)
        .isEqualTo(sent.size() / 2);
  }

  @Test
  @DisplayName("LD-4 a member's keepalive carries a number that grows by one")
  void sendsClientKeepalives() {
    Story story = new Story(2).whole();

    List<ClientKeepalive> sent = sent(story, 2_000, ClientKeepalive.class);

    assertThat(sent).hasSizeBetween(10, 13);
    for (int each = 1; each < sent.size(); each++) {
      assertThat(sent.get(each).sequence()).isEqualTo(sent.get(each - 1).sequence() + 1);
    }
  }

  private static <T extends ClusterMessage> List<T> sent(Story story, long millis, Class<T> type) {
    List<ClusterMessage> all = new ArrayList<>();
    story.cluster.sent = all;
    story.run(millis);
    story.cluster.sent = null;
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  @DisplayName("LD-5 loss costs more keepalives and no member: 100 minutes with 5 % lost")
  void survivesLoss() {
    int lapses = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Story story = new Story(3, SeededRounds.generator(seed)).whole();
      List<NodeId> members = story.table().memberIds();
      story.cluster.network.lossThousandths = 50;
      story.run(60_000);
      lapses += lapses(story, 600_000);
      assertThat(story.table().memberIds()).isEqualTo(members);
      assertThat(sent(story, 500, MasterKeepalive.class))
          .allMatch(keepalive -> keepalive.intervalNanos() <= 350 * MILLI / 3);
    }

    int detectionTimes = 3 * 10 * 600_000 / 400;
    assertThat(lapses)
        .as("leases that ended by loss alone")
        .isLessThanOrEqualTo(detectionTimes / 3_600);
  }

  /** How often a bucket was without an owner that may emit. */
  private static int lapses(Story story, int millis) {
    int lapses = 0;
    boolean was = true;
    for (int each = 0; each < millis / 100; each++) {
      story.run(100);
      boolean is = story.isOwned();
      lapses += was && !is ? 1 : 0;
      was = is;
    }
    return lapses;
  }

  @Test
  @DisplayName("LD-13 a node with another configuration is refused, updates it and joins")
  void updatesTheConfiguration() {
    Story story = new Story(3);
    story.host(2).configuration = 2;
    story.cluster.hosts.forEach(story.cluster::start);
    story.run(5_000);
    assertThat(story.table().members()).hasSizeLessThan(3);

    Host late = story.members(story.host(2)) == 0 ? story.host(2) : story.host(0);
    Host other = story.host(1);
    late.configuration = story.host(2) == late ? 1 : 2;
    other.configuration = late.configuration;
    story.awaitWithin(4_000, () -> story.members(late) == 3);
  }

  @Test
  @DisplayName("LD-3 two clusters meet: the one with more members goes on, the others join it")
  void merges() {
    Story story = new Story(5, Lone.CONTINUE);
    story.cluster.oracle.allowsTwo = true;
    story.cluster.network.cut(0b00011);
    story.cluster.hosts.forEach(story.cluster::start);
    story.awaitWithin(
        5_000, () -> story.members(story.host(0)) == 2 && story.members(story.host(4)) == 3);
    NodeId founder = founder(story.host(4));
    assertThat(founder(story.host(0))).isNotEqualTo(founder);

    story.cluster.heal();

    story.awaitWithin(
        5_000, () -> story.cluster.hosts.stream().allMatch(host -> story.members(host) == 5));
    assertThat(story.table().founder()).isEqualTo(founder);
    story.cluster.oracle.allowsTwo = false;
    story.run(500);
  }

  private static NodeId founder(Host host) {
    return Objects.requireNonNull(host.node().table()).founder();
  }

  @Test
  @DisplayName("LD-11 the listeners of every member hear who joins and who leaves")
  void tellsListeners() {
    Story story = new Story(3).whole();
    Host victim = story.follower();
    NodeId gone = victim.id();
    Host other = story.follower(victim);
    assertThat(story.coordinator().reports).contains(new Report(Event.JOINED, gone));
    assertThat(other.reports).contains(new Report(Event.JOINED, story.coordinator().id()));

    story.cluster.kill(victim);
    story.run(500);

    assertThat(story.coordinator().reports).contains(new Report(Event.LEFT, gone));
    assertThat(other.reports).contains(new Report(Event.LEFT, gone));
  }

  @Test
  @DisplayName("PDP-1 a node that keeps its open connections hands buckets over without them")
  void keepsConnections() {
    Story story = new Story(3).whole();
    Host moving = story.follower();
    Host staying = story.follower(moving);

    story.cluster.input(moving, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> moving.hasLeft);
    story.cluster.input(staying, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> story.emitted(staying) == 0);

    assertThat(moving.stops).isNotEmpty().noneMatch(ClusterEffect.StopBucket::stays);
    assertThat(staying.stops).isNotEmpty().allMatch(ClusterEffect.StopBucket::stays);
  }

  /** One of three nodes, with which connections stay. */
  private static Host leaving(Story story) {
    Host leaving = story.follower();
    story.cluster.input(leaving, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> story.emitted(leaving) == 0);
    return leaving;
  }

  @Test
  @DisplayName("PDP-1 PDP-7 LD-3 a node that is to leave is cut off, and others go on: it leaves")
  void leavesWhenOthersWentOn() {
    Story story = new Story(3).whole();
    Host leaving = leaving(story);
    story.cluster.cut(1 << leaving.number);
    story.run(3_000);
    story.cluster.heal();
    story.awaitWithin(5_000, () -> leaving.hasLeft);
    assertThat(story.members(story.coordinator())).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "PDP-7 a node that is to leave begins a cluster anew: it leaves once others are there")
  void leavesLater() {
    Story story = new Story(3).whole();
    Host leaving = leaving(story);
    NodeId before = leaving.id();
    List<Host> others = story.cluster.hosts.stream().filter(each -> each != leaving).toList();
    story.cluster.cut(1 << leaving.number);
    story.run(2_000);
    others.forEach(story.cluster::kill);
    story.run(100);
    story.cluster.heal();
    story.awaitWithin(20_000, () -> story.members(leaving) == 1 && !leaving.id().equals(before));
    story.run(1_000);
    assertThat(leaving.hasLeft).isFalse();

    others.forEach(story.cluster::start);
    story.awaitWithin(10_000, () -> leaving.hasLeft);
    story.awaitWithin(1_000, () -> story.members(others.getFirst()) == 2);
  }

  @Test
  @DisplayName("LD-1 a node whose address is not configured does not join")
  void refusesUnknownAddresses() {
    Story story = new Story(2).without(1);
    story.cluster.start(story.host(0));
    story.awaitWithin(1_000, () -> story.members(story.host(0)) == 1);
    story.cluster.start(story.host(1));
    story.run(3_000);

    assertThat(story.members(story.host(0))).isEqualTo(1);
    assertThat(story.members(story.host(1))).isZero();
  }

  @Test
  @DisplayName("HSI-4 a message of an earlier life is not obeyed, whatever it says")
  void disobeysTheDead() {
    Story story = new Story(3).whole();
    Host victim = story.follower();
    NodeId dead = victim.id();
    List<ClusterMessage> all = new ArrayList<>();
    story.cluster.sent = all;
    story.run(500);
    story.cluster.kill(victim);
    story.run(100);
    story.cluster.start(victim);
    story.awaitWithin(2_000, () -> story.members(victim) == 3);
    story.cluster.sent = null;

    for (Host host : story.cluster.hosts) {
      String before = host.node().toString();
      for (ClusterMessage message : all) {
        assertThat(
                host.node()
                    .step(
                        new ClusterInput.Received(dead, message), host.clock(story.cluster.now())))
            .isEmpty();
      }
      assertThat(host.node()).hasToString(before);
    }
    assertThat(all).hasSizeGreaterThan(50);
  }

  @Test
  @DisplayName("LD-5 each member has a lease for two fifths of the detection time ahead")
  void leasesReachFarAhead() {
    Story story = new Story(4).whole();
    for (int millis = 0; millis < 30_000; millis++) {
      story.run(1);
      long now = story.cluster.now();
      assertThat(story.cluster.hosts)
          .as("after %d ms", millis)
          .allMatch(host -> host.node().leaseEndNanos() - host.clock(now) >= LEASE_AHEAD_NANOS);
    }
  }
}
