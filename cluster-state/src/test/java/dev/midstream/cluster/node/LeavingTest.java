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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeavingTest {
  private static final NodeId SELF =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), new UUID(1, 1));

  private static final NodeId TAKER =
      new NodeId(NodeAddress.ofIpv4(0x0a090002, 7800), new UUID(2, 1));

  private final Leaving leaving = new Leaving(SELF, 2);

  @Test
  @DisplayName("PDP-1 PDP-7 only a second order, to move all, has it hand over what stays")
  void givesAfterASecondOrder() {
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.drain(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.role()).isEqualTo(Member.Role.STAYING);
  }

  @Test
  @DisplayName("PDP-7 a node that hands all over keeps nothing after a later order to stay")
  void keepsTheFirstOrder() {
    assertThat(leaving.drain(Member.Role.DRAINING)).isFalse();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.role()).isEqualTo(Member.Role.DRAINING);
    assertThat(leaving.stays(0, null)).isFalse();
    assertThat(leaving.isAnyStaying(0)).isFalse();
  }

  @Test
  @DisplayName("PDP-7 the next life is to leave as the last order says")
  void keepsTheLastOrder() {
    assertThat(leaving.last()).isNull();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.last()).isEqualTo(Member.Role.STAYING);
    assertThat(leaving.drain(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.last()).isEqualTo(Member.Role.DRAINING);
  }

  @Test
  @DisplayName("PDP-1 connections stay if the table says so for this move, once, until they closed")
  void staysAsTheTableSays() {
    AllocationTable planned = table(TAKER, 8, new Bucket.Staying(SELF, 8));
    assertThat(leaving.stays(0, table(TAKER, 8, null))).isFalse();
    assertThat(leaving.stays(0, table(TAKER, 8, new Bucket.Staying(TAKER, 8)))).isFalse();
    assertThat(leaving.stays(0, table(TAKER, 8, new Bucket.Staying(SELF, 7)))).isFalse();
    assertThat(leaving.stays(0, planned)).isTrue();
    assertThat(leaving.stays(0, planned)).isFalse();
    leaving.noteIdle(0);
    assertThat(leaving.stays(0, planned)).isTrue();
  }

  @Test
  @DisplayName("PDP-1 that all have closed is said of the move that the node has obeyed")
  void saysThatAllHaveClosed() {
    Bucket bucket = table(TAKER, 8, new Bucket.Staying(SELF, 8)).bucket(0);
    assertThat(leaving.closedSince(0, bucket)).as("not obeyed yet").isEqualTo(Epoch.NONE);
    assertThat(leaving.stays(0, table(TAKER, 8, new Bucket.Staying(SELF, 8)))).isTrue();
    leaving.noteObeyed(0, bucket);
    assertThat(leaving.closedSince(0, bucket)).as("some stay").isEqualTo(Epoch.NONE);
    leaving.noteIdle(0);
    assertThat(leaving.closedSince(0, bucket)).isEqualTo(8);
    Bucket other = table(TAKER, 8, new Bucket.Staying(TAKER, 8)).bucket(0);
    leaving.noteObeyed(0, other);
    assertThat(leaving.closedSince(0, other)).isEqualTo(Epoch.NONE);
  }

  @Test
  @DisplayName("PDP-1 PDP-7 a node that is to hand all over gives what stays there, and keeps none")
  void givesWhenItLeaves() {
    AllocationTable planned = table(TAKER, 8, new Bucket.Staying(SELF, 8));
    assertThat(leaving.stays(0, planned)).isTrue();
    assertThat(leaving.drain(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.drain(Member.Role.DRAINING)).isFalse();
    leaving.noteIdle(0);
    assertThat(leaving.stays(0, planned)).isFalse();
  }

  @Test
  @DisplayName("PDP-1 PDP-7 another node leaves and keeps its connections: this one gives its own")
  void givesBesideAnother() {
    assertThat(leaving.stays(0, table(TAKER, 8, new Bucket.Staying(SELF, 8)))).isTrue();
    assertThat(leaving.drain(Member.Role.STAYING)).isFalse();
    assertThat(leaving.obey(Member.Role.ACTIVE)).isFalse();
    assertThat(leaving.obey(Member.Role.DRAINING)).isTrue();
    assertThat(leaving.obey(Member.Role.DRAINING)).isFalse();
  }

  private static AllocationTable table(NodeId owner, long epoch, Bucket.@Nullable Staying staying) {
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), 1),
        List.of(new Member(SELF, 0, Member.Role.ACTIVE), new Member(TAKER, 1, Member.Role.ACTIVE)),
        List.of(SELF),
        List.of(new Bucket(owner, epoch, SELF, null, List.of(), 7, staying)),
        2);
  }
}
