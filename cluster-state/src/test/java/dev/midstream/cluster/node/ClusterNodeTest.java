package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One node whose surroundings are the test. */
class ClusterNodeTest {
  private static final long MILLI = 1_000_000;
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  private static final NodeId SELF = node(1, 1);
  private static final NodeId OTHER = node(2, 1);
  private static final NodeId OTHER_AGAIN = node(2, 2);

  private final List<ClusterEffect> effects = new ArrayList<>();
  private long now = 5_000_000_000L;
  private ClusterNode node =
      new ClusterNode(settings(ClusterSettings.Lone.PROVE), SELF, SECRET, now);

  private static NodeId node(int address, int life) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(life, address));
  }

  private static ClusterSettings settings(ClusterSettings.Lone lone) {
    return new ClusterSettings(
        4,
        1,
        1,
        400 * MILLI,
        2_000 * MILLI,
        ClusterSettings.Reallocation.MOVE,
        lone,
        1,
        List.of(SELF.address(), OTHER.address()),
        List.of(),
        Member.Role.ACTIVE);
  }

  private void step(ClusterInput input) {
    effects.clear();
    effects.addAll(node.step(input, now));
  }

  private void receive(NodeId from, ClusterMessage message) {
    step(new ClusterInput.Received(from, message));
  }

  private void tick(int count) {
    for (int each = 0; each < count; each++) {
      now += 10 * MILLI;
      step(new ClusterInput.Tick());
    }
  }

  /** The node alone in its cluster, with one bucket; the other address is absent. */
  private void form() {
    tick(1);
    answerProbes();
    assertThat(node.table()).as("it asks a second time").isNull();
    now += MILLI;
    answerProbes();
    step(new ClusterInput.Wanted(0));
    tick(4);
    assertThat(node.isCoordinator(now)).isTrue();
    assertThat(node.mayEmit(0, now)).isTrue();
  }

  private void answerProbes() {
    List<ClusterEffect.Probe> probes =
        effects.stream()
            .filter(ClusterEffect.Probe.class::isInstance)
            .map(ClusterEffect.Probe.class::cast)
            .toList();
    probes.forEach(probe -> step(new ClusterInput.Absent(probe.address(), probe.number())));
  }

  @Test
  @DisplayName(
      "LD-2 a node that is to continue forms no cluster before its carrier is open, nor while the"
          + " other one answers, but when that has been quiet for five detection times")
  void looksForOthers() {
    node = new ClusterNode(settings(ClusterSettings.Lone.CONTINUE), SELF, SECRET, now);
    tick(1_000);
    assertThat(node.isLeased(now)).as("it has no view yet").isFalse();

    step(new ClusterInput.ViewChanged(List.of(SELF)));
    tick(199);
    assertThat(node.isLeased(now)).isFalse();
    step(new ClusterInput.Answered(OTHER.address()));
    tick(199);
    assertThat(node.isLeased(now)).as("the other one has answered").isFalse();
    tick(1);
    assertThat(node.isCoordinator(now)).isTrue();
  }

  private List<ClusterMessage> sentTo(NodeId to) {
    return effects.stream()
        .filter(ClusterEffect.Send.class::isInstance)
        .map(ClusterEffect.Send.class::cast)
        .filter(send -> send.to().equals(to))
        .map(ClusterEffect.Send::message)
        .toList();
  }

  @Test
  @DisplayName("LD-10 a wanted bucket is opened with an epoch and let through the filter")
  void opensWhatIsWanted() {
    form();

    assertThat(node.openEpoch(0)).isPositive();
    assertThat(node.openEpoch(1)).isZero();
    assertThat(node.mayEmit(1, now)).isFalse();
  }

  @Test
  @DisplayName("PDP-7 a node that was ordered to leave says so before the table does")
  void drainsAtOnce() {
    form();
    assertThat(node.isDraining()).isFalse();
    step(new ClusterInput.Drain(Member.Role.DRAINING));
    assertThat(node.isDraining()).isTrue();
  }

  @Test
  @DisplayName("LD-10 the coordinator alone opens a wanted bucket at once: its packet waits 50 ms")
  void opensAtOnceWhatIsWanted() {
    form();
    step(new ClusterInput.Wanted(1));
    assertThat(node.mayEmit(1, now)).isTrue();
  }

  @Test
  @DisplayName("LD-14 a bucket stays closed if its replica is missing, and is opened as a new one")
  void keepsClosedWhatIsMissing() {
    form();
    long epoch = node.openEpoch(0);
    step(new ClusterInput.ReplicaMissing(0, epoch - 1));
    assertThat(node.openEpoch(0)).isEqualTo(epoch);

    step(new ClusterInput.ReplicaMissing(0, epoch));
    assertThat(node.mayEmit(0, now)).isFalse();
    assertThat(effects).contains(new ClusterEffect.SetFilter(new BitSet()));
    tick(2);
    assertThat(Objects.requireNonNull(node.table()).bucket(0).owner()).isNull();
    step(new ClusterInput.Wanted(0));
    tick(2);
    assertThat(node.openEpoch(0)).isGreaterThan(epoch);
  }

  /** A table of the other node, in which this one owns a bucket under epoch 7. */
  private static AllocationTable taken(int number, @Nullable NodeId from, @Nullable NodeId stayed) {
    Bucket bucket = new Bucket(SELF, 7, from, null, List.of(), 6);
    Bucket taken = stayed == null ? bucket : bucket.withStaying(new Bucket.Staying(stayed, 6));
    Bucket none = new Bucket(null, Epoch.NONE, null, null, List.of(), Epoch.NONE);
    return AllocationTable.received(
        OTHER,
        SECRET,
        new Version(new Term(1, OTHER), number),
        List.of(new Member(OTHER, 0, Member.Role.ACTIVE), new Member(SELF, 1, Member.Role.ACTIVE)),
        List.of(OTHER, SELF),
        List.of(taken, none, none, none),
        2);
  }

  private Map<Integer, Long> reported(
      Function<ClusterMessage.BucketReport, Map<Integer, Long>> what) {
    return sentTo(OTHER).stream()
        .filter(ClusterMessage.BucketReport.class::isInstance)
        .map(message -> what.apply((ClusterMessage.BucketReport) message))
        .findFirst()
        .orElse(Map.of());
  }

  private Map<Integer, Long> unreadable() {
    return reported(ClusterMessage.BucketReport::unreadable);
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 HSI-4 a bucket is given back of which no node may send, and is kept if its giver dies")
  void givesBack() {
    NodeId gone = node(3, 1);
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.Install(taken(1, OTHER, gone)));
    receive(OTHER, new ClusterMessage.Last(0, 7));
    assertThat(effects).contains(new ClusterEffect.OpenBucket(0, 7, 6));
    assertThat(unreadable()).isEmpty();

    step(new ClusterInput.StayingLost(0, 7));
    assertThat(effects).contains(new ClusterEffect.SetFilter(new BitSet()));
    assertThat(unreadable()).containsExactly(Map.entry(0, 7L));
    assertThat(reported(ClusterMessage.BucketReport::opened))
        .as("it has the rest")
        .isEqualTo(unreadable());
    assertThat(node.openEpoch(0)).isZero();

    BitSet first = new BitSet();
    first.set(0);
    receive(OTHER, new ClusterMessage.Install(taken(2, null, null)));
    assertThat(effects).contains(new ClusterEffect.SetFilter(first));
    assertThat(node.openEpoch(0)).as("no other node has it").isEqualTo(7);
    tick(10);
    assertThat(unreadable()).isEmpty();
  }

  @Test
  @DisplayName("LD-6 a lease ends by itself, without any input")
  void theLeaseEnds() {
    form();

    assertThat(node.mayEmit(0, now + 399 * MILLI)).isTrue();
    assertThat(node.mayEmit(0, now + 401 * MILLI)).isFalse();
  }

  @Test
  @DisplayName("a message of a node that is not in view has no effect")
  void ignoresNodesOutOfView() {
    form();
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    assertThat(effects).isEmpty();

    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    assertThat(effects).contains(new ClusterEffect.AskListeners(OTHER));
    assertThat(sentTo(OTHER)).containsExactly(new ClusterMessage.JoinPending());
  }

  @Test
  @DisplayName("LD-11 a listener's veto refuses a node, with its reason")
  void refuses() {
    form();
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    step(new ClusterInput.JoinVerdict(OTHER, "no"));

    assertThat(sentTo(OTHER)).containsExactly(new ClusterMessage.JoinRefused(1, "no"));
    assertThat(table().members()).hasSize(1);
  }

  @Test
  @DisplayName("LD-13 a node with another configuration is refused with the cluster's version")
  void refusesOtherConfigurations() {
    form();
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.JoinRequest(7, Member.Role.ACTIVE));

    assertThat(sentTo(OTHER)).containsExactly(new ClusterMessage.JoinRefused(1, null));
  }

  @Test
  @DisplayName("LD-13 a node that is refused for its configuration ends its life")
  void updatesItsConfiguration() {
    step(new ClusterInput.ViewChanged(List.of(OTHER, SELF)));
    receive(OTHER, new ClusterMessage.JoinRefused(2, null));

    assertThat(effects)
        .containsExactly(new ClusterEffect.StepDown(ClusterEffect.Reason.CONFIGURATION, null));
    assertThat(node.isOver()).isTrue();
    tick(1);
    assertThat(effects).isEmpty();
  }

  @Test
  @DisplayName("a member whose address answers with another incarnation is dead, and leaves")
  void anotherLifeProvesDeath() {
    form();
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    step(new ClusterInput.JoinVerdict(OTHER, null));
    assertThat(table().memberIds()).containsExactly(SELF, OTHER);

    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER_AGAIN)));
    tick(5);

    assertThat(table().memberIds()).containsExactly(SELF);
    receive(OTHER, new ClusterMessage.Hello(table().founder(), table().version()));
    assertThat(effects).isEmpty();
  }

  @Test
  @DisplayName("a coordinator that learns a table of a later term proposes nothing in that term")
  void followsALearntTable() {
    form();
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    step(new ClusterInput.JoinVerdict(OTHER, null));
    Term later = new Term(table().version().term().round() + 5, OTHER);

    receive(OTHER, new ClusterMessage.Install(table().under(new Version(later, 1), true)));
    assertThat(node.isCoordinator(now)).isFalse();
    for (int each = 0; each < 200; each++) {
      tick(1);
      assertThat(sentTo(OTHER))
          .filteredOn(ClusterMessage.Propose.class::isInstance)
          .map(message -> ((ClusterMessage.Propose) message).table().version().term().candidate())
          .allMatch(SELF::equals);
    }
  }

  @Test
  @DisplayName("LD-2 a node tries to coordinate if a member before it does not know its membership")
  void triesAfterTheFirstMember() {
    form();
    step(new ClusterInput.ViewChanged(List.of(OTHER, SELF)));
    receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    step(new ClusterInput.JoinVerdict(OTHER, null));
    assertThat(table().isMember(OTHER)).isTrue();
    receive(OTHER, new ClusterMessage.Refused(new Term(99, OTHER), null));
    tick(5);

    List<ClusterMessage> sent = new ArrayList<>();
    for (int each = 0; each < 100; each++) {
      tick(1);
      sent.addAll(sentTo(OTHER));
      receive(OTHER, new ClusterMessage.JoinRequest(1, Member.Role.ACTIVE));
    }

    assertThat(sent).hasAtLeastOneElementOfType(ClusterMessage.Prepare.class);
  }

  @Test
  @DisplayName("a message that names buckets beyond the last one changes nothing")
  void ignoresForeignBuckets() {
    form();
    step(new ClusterInput.ViewChanged(List.of(SELF, OTHER)));
    Version late = new Version(new Term(99, OTHER), 1);
    AllocationTable foreign = AllocationTable.first(late, OTHER, SECRET, Member.Role.ACTIVE, 8);
    String before = node.toString();

    for (ClusterMessage message :
        List.of(
            new ClusterMessage.Stopped(4, 1),
            new ClusterMessage.Receiving(4, 1),
            new ClusterMessage.Last(4, 1),
            new ClusterMessage.Last(-1, 1),
            new ClusterMessage.MoveOrder(4, SELF),
            new ClusterMessage.Install(foreign),
            new ClusterMessage.Propose(foreign),
            new ClusterMessage.Refused(null, foreign),
            new ClusterMessage.Promised(late.term(), foreign, true, 0),
            report(Map.of(4, 1L), Set.of()),
            report(Map.of(), Set.of(-1)))) {
      receive(OTHER, message);
      assertThat(effects).as("%s", message).isEmpty();
    }
    assertThat(node).hasToString(before);
  }

  private static ClusterMessage report(Map<Integer, Long> complete, Set<Integer> wanted) {
    return new ClusterMessage.BucketReport(
        complete, Map.of(), Map.of(), Map.of(), wanted, Map.of(), null, false);
  }

  @Test
  @DisplayName("settings out of range are refused")
  void checksSettings() {
    assertThatThrownBy(() -> settings(3, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings(4, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(settings(4, 0).tickNanos()).isEqualTo(10 * MILLI);
  }

  private static ClusterSettings settings(int buckets, int copies) {
    return new ClusterSettings(
        buckets,
        copies,
        1,
        400 * MILLI,
        1,
        ClusterSettings.Reallocation.MOVE,
        ClusterSettings.Lone.PROVE,
        1,
        List.of(),
        List.of(),
        Member.Role.ACTIVE);
  }

  private AllocationTable table() {
    return Objects.requireNonNull(node.table());
  }
}
