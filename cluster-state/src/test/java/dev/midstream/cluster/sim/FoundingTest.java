package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoundingTest {
  private static final NodeId ONE = node(1);
  private static final NodeId TWO = node(2);
  private static final NodeId THREE = node(3);
  private static final NodeId FOUR = node(4);

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(1, number));
  }

  private static AllocationTable table(NodeId... nodes) {
    Secret secret = new Secret(new byte[Secret.BYTES]);
    Version version = new Version(new Term(1, ONE), 1);
    List<Member> members =
        IntStream.range(0, nodes.length)
            .mapToObj(number -> new Member(nodes[number], number, Member.Role.ACTIVE))
            .toList();
    return AllocationTable.received(
        ONE,
        secret,
        version,
        members,
        List.of(nodes),
        AllocationTable.first(version, ONE, secret, Member.Role.ACTIVE, 1).buckets(),
        nodes.length);
  }

  private static void check(AllocationTable before, Set<NodeId> running, NodeId... provedToOne) {
    Founding.check(
        "it begins anew",
        before,
        running,
        life -> life.equals(ONE) ? Set.of(provedToOne) : Set.of());
  }

  @Test
  void refusesWhileAMajorityRuns() {
    assertThatThrownBy(() -> check(table(ONE, TWO, THREE), Set.of(ONE, THREE)))
        .hasMessageContaining("it begins anew although a majority");
  }

  @Test
  void refusesIfAllOthersWereProvedDeadInTime() {
    assertThatThrownBy(() -> check(table(ONE, TWO, THREE, FOUR), Set.of(ONE, TWO), THREE, FOUR))
        .hasMessageContaining("were proved dead to " + ONE);
  }

  @Test
  void permitsWhatMayNotGoOn() {
    check(table(ONE, TWO, THREE, FOUR), Set.of(ONE, TWO), THREE);
    check(table(ONE, TWO), Set.of(ONE));
    check(table(ONE, TWO), Set.of());
  }
}
