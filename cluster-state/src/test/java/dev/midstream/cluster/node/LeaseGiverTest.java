package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.KeepaliveArithmetic;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A coordinator that counts the keepalives of the only other member. */
class LeaseGiverTest {
  private static final long MILLI = 1_000_000;
  private static final long USUAL =
      KeepaliveArithmetic.intervalNanos(400 * MILLI, KeepaliveArithmetic.MIN_COUNT);
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);

  private final NodeContext context =
      new NodeContext(
          new ClusterSettings(
              1,
              1,
              1,
              400 * MILLI,
              2_000 * MILLI,
              ClusterSettings.Reallocation.MOVE,
              ClusterSettings.Lone.PROVE,
              1,
              List.of(SELF.address(), OTHER.address()),
              List.of(),
              Member.Role.ACTIVE),
          SELF,
          SECRET,
          0);
  private final Agreement agreement = new Agreement(context);
  private final LeaseGiver leases =
      new LeaseGiver(context, agreement, new Survival(context, agreement));

  private static NodeId node(int address) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(1, address));
  }

  private void lead(long round) {
    Term term = new Term(round, SELF);
    boolean ignored = agreement.followCoordinator(term);
    AllocationTable one =
        AllocationTable.first(new Version(term, 1), SELF, SECRET, Member.Role.ACTIVE, 1);
    Member other = new Member(OTHER, 1, Member.Role.ACTIVE);
    ignored =
        agreement.learn(
            AllocationTable.received(
                SELF,
                SECRET,
                one.version(),
                List.of(one.members().getFirst(), other),
                one.base(),
                one.buckets(),
                2));
    leases.begin(term, 0);
  }

  private void hear(long round, long sequence) {
    leases.onClientKeepalive(
        OTHER, new ClusterMessage.ClientKeepalive(new Term(round, SELF), sequence, null));
  }

  @Test
  @DisplayName("LD-5 keepalives that went to another coordinator in between are not lost")
  void countsLossInEachTermAnew() {
    lead(1);
    hear(1, 1);
    hear(1, 2);
    lead(3);
    hear(3, 1_000);
    assertThat(leases.intervalNanos()).isEqualTo(USUAL);

    hear(3, 1_100);
    assertThat(leases.intervalNanos()).isLessThan(USUAL);
  }
}
