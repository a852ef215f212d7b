package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The second of five members, the first of which keeps connections; the last one leaves. */
class StayingUnreadTest {
  private static final long TICK = 10_000_000;
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  private static final NodeId STAYER = node(1);
  private static final NodeId SELF = node(2);
  private static final NodeId THIRD = node(3);
  private static final NodeId FOURTH = node(4);
  private static final NodeId LEAVING = node(5);

  private final NodeContext context =
      new NodeContext(
          new ClusterSettings(
              1,
              1,
              1,
              400 * TICK,
              2_000 * TICK,
              ClusterSettings.Reallocation.STAY,
              ClusterSettings.Lone.PROVE,
              1,
              List.of(SELF.address(), STAYER.address()),
              List.of(),
              Member.Role.ACTIVE),
          SELF,
          SECRET,
          0);
  private final Agreement agreement = new Agreement(context);
  private final List<NodeId> ordered = new ArrayList<>();
  private final StayingUnread unread =
      new StayingUnread(context, agreement, (bucket, to) -> ordered.add(to));
  private long version;

  private static NodeId node(int address) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(1, address));
  }

  private void agree(NodeId owner, long epoch, @Nullable NodeId target, Member.Role first) {
    boolean ignored =
        agreement.learn(
            AllocationTable.received(
                STAYER,
                SECRET,
                new Version(new Term(1, STAYER), ++version),
                List.of(
                    new Member(STAYER, 0, first),
                    new Member(SELF, 1, Member.Role.ACTIVE),
                    new Member(THIRD, 2, Member.Role.ACTIVE),
                    new Member(FOURTH, 3, Member.Role.ACTIVE),
                    new Member(LEAVING, 4, Member.Role.DRAINING)),
                List.of(STAYER),
                List.of(new Bucket(owner, epoch, null, target, List.of(), Epoch.NONE)),
                5));
  }

  private void tick(int count) {
    for (int each = 0; each < count; each++) {
      context.begin(context.now() + context.settings.tickNanos());
      unread.tick();
    }
  }

  @Test
  @DisplayName("PDP-1 the next member gets the bucket; the order is given until the table shows it")
  void ordersUntilDone() {
    agree(SELF, 7, null, Member.Role.STAYING);
    unread.note(0, 7);
    assertThat(ordered).containsExactly(THIRD);
    tick(4);
    assertThat(ordered).containsExactly(THIRD, THIRD, THIRD);
    agree(SELF, 7, THIRD, Member.Role.STAYING);
    tick(4);
    agree(THIRD, 8, null, Member.Role.STAYING);
    tick(4);
    assertThat(ordered).hasSize(3);
  }

  @Test
  @DisplayName("PDP-1 where no member can read what stays, each one gets the bucket, and it rests")
  void comesToRest() {
    for (int epoch = 1; epoch < 20; epoch++) {
      agree(SELF, epoch, null, Member.Role.STAYING);
      unread.note(0, epoch);
      unread.note(0, epoch);
    }
    assertThat(ordered).containsExactly(THIRD, FOURTH, THIRD, FOURTH, THIRD);
  }

  @Test
  @DisplayName("PDP-1 nothing is ordered when no node keeps connections")
  void ordersNothingWithoutStayer() {
    agree(SELF, 7, null, Member.Role.ACTIVE);
    unread.note(0, 7);
    tick(4);
    assertThat(ordered).isEmpty();
  }
}
