package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One member whose coordinator, the first member, dies. The other members are the test. */
class CoordinatorDeathTest {
  private static final long MILLI = 1_000_000;
  private static final int BUCKETS = 4;
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  private static final NodeId COORDINATOR = node(1);
  private static final NodeId SECOND = node(2);
  private static final NodeId THIRD = node(3);
  private static final Term TERM = new Term(1, COORDINATOR);
  private static final Version VERSION = new Version(TERM, 1);

  private final List<ClusterEffect> effects = new ArrayList<>();
  private long now = 5_000_000_000L;

  private static NodeId node(int address) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(1, address));
  }

  private static List<NodeId> nodes(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(CoordinatorDeathTest::node).toList();
  }

  /** The node {@code self}, one of the first {@code count} nodes; it has a lease. */
  private ClusterNode member(NodeId self, int count) {
    ClusterSettings settings =
        new ClusterSettings(
            BUCKETS,
            1,
            1,
            400 * MILLI,
            2_000 * MILLI,
            ClusterSettings.Reallocation.MOVE,
            ClusterSettings.Lone.PROVE,
            1,
            nodes(count).stream().map(NodeId::address).toList(),
            List.of(),
            Member.Role.ACTIVE);
    ClusterNode node = new ClusterNode(settings, self, SECRET, now);
    step(node, new ClusterInput.ViewChanged(nodes(count)));
    receive(node, COORDINATOR, new ClusterMessage.Install(table(count)));
    receive(
        node,
        COORDINATOR,
        new ClusterMessage.MasterKeepalive(
            TERM, COORDINATOR, 1, VERSION, count, true, 100 * MILLI));
    long sequence =
        effects.stream()
            .filter(ClusterEffect.Send.class::isInstance)
            .map(effect -> ((ClusterEffect.Send) effect).message())
            .filter(ClusterMessage.ClientKeepalive.class::isInstance)
            .mapToLong(message -> ((ClusterMessage.ClientKeepalive) message).sequence())
            .max()
            .orElseThrow();
    receive(node, COORDINATOR, new ClusterMessage.Grant(TERM, sequence, 400 * MILLI));
    assertThat(node.isLeased(now)).isTrue();
    effects.clear();
    return node;
  }

  private static AllocationTable table(int count) {
    return table(VERSION, count, count);
  }

  /** A table of {@code count} members, which leaves out the one that came after them. */
  private static AllocationTable without(int count, Version version) {
    return table(version, count, count + 1);
  }

  private static AllocationTable table(Version version, int count, int before) {
    List<Member> members =
        IntStream.range(0, count)
            .mapToObj(number -> new Member(node(number + 1), number, Member.Role.ACTIVE))
            .toList();
    return AllocationTable.received(
        COORDINATOR,
        SECRET,
        version,
        members,
        nodes(before),
        AllocationTable.first(VERSION, COORDINATOR, SECRET, Member.Role.ACTIVE, BUCKETS).buckets(),
        before);
  }

  private void step(ClusterNode node, ClusterInput input) {
    effects.addAll(node.step(input, now));
  }

  private void receive(ClusterNode node, NodeId from, ClusterMessage message) {
    step(node, new ClusterInput.Received(from, message));
  }

  private void prove(ClusterNode node, NodeId... dead) {
    for (NodeId each : dead) {
      step(node, new ClusterInput.ProvedDead(each));
    }
  }

  private void tick(ClusterNode node, int count) {
    for (int each = 0; each < count; each++) {
      now += 10 * MILLI;
      step(node, new ClusterInput.Tick());
    }
  }

  private <T extends ClusterMessage> List<T> sent(NodeId to, Class<T> type) {
    return effects.stream()
        .filter(ClusterEffect.Send.class::isInstance)
        .map(ClusterEffect.Send.class::cast)
        .filter(send -> send.to().equals(to) && type.isInstance(send.message()))
        .map(send -> type.cast(send.message()))
        .toList();
  }

  private List<Term> promised(NodeId to) {
    return sent(to, ClusterMessage.Promised.class).stream()
        .map(ClusterMessage.Promised::term)
        .toList();
  }

  @Test
  @DisplayName(
      "of two members one goes on only when its own promise is over, which it has renewed for a"
          + " table that a node told it which was a member before")
  void waitsForItsPromise() {
    ClusterNode node = member(SECOND, 3);
    step(node, new ClusterInput.ViewChanged(List.of(SECOND, THIRD)));
    tick(node, 20);
    receive(node, THIRD, new ClusterMessage.Install(without(2, VERSION.next())));
    tick(node, 41);
    assertThat(leader(node)).as("silent for 610 ms, promised for 410").isEqualTo(COORDINATOR);

    tick(node, 2);
    assertThat(leader(node)).isEqualTo(SECOND);
    tick(node, 1);
    assertThat(node.isLeased(now)).isTrue();
  }

  /** Which node has made the table that {@code node} obeys. */
  private static NodeId leader(ClusterNode node) {
    return Objects.requireNonNull(node.table()).version().term().candidate();
  }

  @Test
  @DisplayName("a candidate that knew of the death earlier is answered as soon as it is proved")
  void answersAtTheProof() {
    ClusterNode node = member(THIRD, 3);
    Term term = new Term(2, SECOND);
    receive(node, SECOND, new ClusterMessage.Prepare(term));
    assertThat(sent(SECOND, ClusterMessage.Refused.class)).hasSize(1);
    assertThat(effects).contains(new ClusterEffect.Verify(COORDINATOR));
    effects.clear();

    prove(node, COORDINATOR);
    assertThat(promised(SECOND)).containsExactly(term);
    prove(node, COORDINATOR);
    assertThat(promised(SECOND)).as("it is answered once").hasSize(1);
  }

  @Test
  @DisplayName("a candidate is answered as soon as the view says that the coordinator is gone")
  void answersAtTheView() {
    ClusterNode node = member(THIRD, 3);
    Term term = new Term(2, SECOND);
    receive(node, SECOND, new ClusterMessage.Prepare(term));
    step(node, new ClusterInput.ViewChanged(List.of(SECOND, THIRD)));
    assertThat(promised(SECOND)).containsExactly(term);
  }

  @Test
  @DisplayName("a candidate that asks no more is not answered when the coordinator dies at last")
  void answersNoOldQuestion() {
    ClusterNode node = member(THIRD, 3);
    receive(node, SECOND, new ClusterMessage.Prepare(new Term(2, SECOND)));
    tick(node, 5);
    prove(node, COORDINATOR);
    assertThat(promised(SECOND)).isEmpty();
  }

  @Test
  @DisplayName("the last candidate is answered, by its last term")
  void answersTheLast() {
    ClusterNode node = member(node(4), 4);
    Term last = new Term(7, THIRD);
    receive(node, SECOND, new ClusterMessage.Prepare(new Term(2, SECOND)));
    receive(node, THIRD, new ClusterMessage.Prepare(new Term(3, THIRD)));
    receive(node, THIRD, new ClusterMessage.Prepare(last));
    prove(node, COORDINATOR);
    assertThat(promised(SECOND)).isEmpty();
    assertThat(promised(THIRD)).containsExactly(last);
  }

  @Test
  @DisplayName("a candidate that is gone itself is not answered, nor one of an older term")
  void answersNoneInVain() {
    ClusterNode node = member(THIRD, 3);
    receive(node, SECOND, new ClusterMessage.Prepare(new Term(2, SECOND)));
    prove(node, SECOND, COORDINATOR);
    assertThat(promised(SECOND)).isEmpty();

    ClusterNode other = member(THIRD, 3);
    receive(other, SECOND, new ClusterMessage.Prepare(new Term(0, SECOND)));
    prove(other, COORDINATOR);
    assertThat(promised(SECOND)).isEmpty();
  }

  @Test
  @DisplayName(
      "a member that alone is left coordinates as soon as the last other one is proved dead")
  void leadsAtTheProof() {
    ClusterNode node = member(SECOND, 3);
    prove(node, THIRD, COORDINATOR);
    assertThat(node.isCoordinator(now)).isTrue();
  }

  @Test
  @DisplayName(
      "a member is dead if another life of it is in view, also if the last table leaves it out, which"
          + " may not be agreed on")
  void countsTheDeathOfARemovedMember() {
    ClusterNode node = member(SECOND, 4);
    receive(node, COORDINATOR, new ClusterMessage.Propose(without(3, VERSION.next())));
    NodeId restarted = new NodeId(node(4).address(), new UUID(2, 4));

    step(node, new ClusterInput.ViewChanged(List.of(COORDINATOR, SECOND, THIRD, restarted)));
    prove(node, THIRD, COORDINATOR);

    assertThat(node.isCoordinator(now)).isTrue();
  }

  @Test
  @DisplayName(
      "a member is dead if another life of it is in view, also if this node has not heard that it had"
          + " joined, and the last table leaves it out")
  void countsTheDeathOfAMemberThatItDidNotKnow() {
    ClusterNode node = member(SECOND, 3);
    receive(node, COORDINATOR, new ClusterMessage.Propose(without(3, VERSION.next().next())));
    NodeId restarted = new NodeId(node(4).address(), new UUID(2, 4));

    step(node, new ClusterInput.ViewChanged(List.of(COORDINATOR, SECOND, THIRD, restarted)));
    prove(node, THIRD, COORDINATOR);

    assertThat(node.isCoordinator(now)).isTrue();
  }

  @Test
  @DisplayName(
      "a member that accepts or learns a table supports its coordinator as long as after a"
          + " keepalive: its lease may rest on members that the table leaves out")
  void supportsWithEachTable() {
    for (boolean isAgreed : new boolean[] {false, true}) {
      ClusterNode node = member(THIRD, 4);
      AllocationTable without = without(3, VERSION.next());
      now += 1_000 * MILLI; // what it promised with the last keepalive is over
      receive(
          node,
          COORDINATOR,
          isAgreed ? new ClusterMessage.Install(without) : new ClusterMessage.Propose(without));

      step(node, new ClusterInput.ViewChanged(List.of(SECOND, THIRD)));
      receive(node, SECOND, new ClusterMessage.Prepare(new Term(2, SECOND)));

      assertThat(sent(SECOND, ClusterMessage.Promised.class).getLast().promisedNanos())
          .isGreaterThanOrEqualTo(400 * MILLI);
    }
  }

  @Test
  @DisplayName("members without a majority are asked once, with a term after all of the dead ones")
  void leapsAtOnce() {
    ClusterNode node = member(SECOND, 5);
    prove(node, node(4), node(5), COORDINATOR);
    List<ClusterMessage.Prepare> asked = sent(THIRD, ClusterMessage.Prepare.class);
    assertThat(asked).hasSize(1);
    Term term = asked.getFirst().term();
    assertThat(term.round()).isGreaterThan(4096);

    receive(node, THIRD, new ClusterMessage.Promised(term, table(5), true, 0));
    assertThat(sent(THIRD, ClusterMessage.Prepare.class)).hasSize(1);
    assertThat(sent(THIRD, ClusterMessage.Propose.class)).hasSize(1);
  }

  @Test
  @DisplayName("members with a majority are asked for the next term")
  void leapsOnlyWithoutMajority() {
    ClusterNode node = member(SECOND, 5);
    prove(node, node(4), COORDINATOR);
    assertThat(sent(THIRD, ClusterMessage.Prepare.class))
        .containsExactly(new ClusterMessage.Prepare(new Term(2, SECOND)));
  }

  @Test
  @DisplayName(
      "a candidate that knows a table probes no address unless its question is not answered")
  void probesLater() {
    ClusterNode node = member(SECOND, 5);
    prove(node, COORDINATOR);
    assertThat(sent(THIRD, ClusterMessage.Prepare.class)).hasSize(1);
    assertThat(effects).noneMatch(ClusterEffect.Probe.class::isInstance);
    tick(node, 2);
    assertThat(effects).hasAtLeastOneElementOfType(ClusterEffect.Probe.class);
  }

  @Test
  @DisplayName(
      "a member that was stopped while others should have had their turns does not give up at once")
  void waitsAnewAfterAPause() {
    ClusterNode node = member(SECOND, 4);
    now += 1_000 * MILLI; // its lease is over, so that no proof counts
    prove(node, node(4), COORDINATOR);
    for (NodeId dead : List.of(COORDINATOR, node(4))) {
      step(node, new ClusterInput.Absent(dead.address(), Long.MAX_VALUE));
    }
    Term term = sent(THIRD, ClusterMessage.Prepare.class).getLast().term();
    receive(node, THIRD, new ClusterMessage.Promised(term, table(4), true, 0));

    now += 800 * MILLI; // its turn again, after one of the other
    step(node, new ClusterInput.Tick());
    assertThat(node.isOver()).isFalse();
  }

  @Test
  @DisplayName("members that may not go on spend no rounds: they ask for the next term")
  void leapsOnlyIfItMayGoOn() {
    ClusterNode node = member(SECOND, 5);
    now += 1_000 * MILLI; // its lease is over, so that no proof counts
    prove(node, node(4), node(5), COORDINATOR);
    assertThat(sent(THIRD, ClusterMessage.Prepare.class))
        .contains(new ClusterMessage.Prepare(new Term(2, SECOND)))
        .allMatch(asked -> asked.term().round() < 4096);
  }
}
