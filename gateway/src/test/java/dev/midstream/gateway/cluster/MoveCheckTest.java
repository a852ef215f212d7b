package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Member.Role;
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

class MoveCheckTest {
  private static final NodeId OWNER = node(1);
  private static final NodeId OTHER = node(2);

  private static NodeId node(int number) {
    return new NodeId(
        NodeAddress.of(new byte[] {10, 9, 0, (byte) number}, 7800), new UUID(0, number));
  }

  private static Bucket bucket(
      @Nullable NodeId owner, @Nullable NodeId from, @Nullable NodeId target, Backup... backups) {
    return new Bucket(owner, 1, from, target, List.of(backups), 0);
  }

  /** A cluster of two, with one bucket. */
  private static String refusal(Bucket bucket, Role role, NodeId to) {
    AllocationTable table =
        AllocationTable.received(
            OWNER,
            new Secret(new byte[Secret.BYTES]),
            new Version(new Term(1, OWNER), 1),
            List.of(new Member(OWNER, 0, Role.ACTIVE), new Member(OTHER, 1, role)),
            List.of(OWNER),
            List.of(bucket),
            2);
    return MoveCheck.refusal(table, 0, to).orElse("");
  }

  private static String refusal(Bucket bucket, NodeId to) {
    return refusal(bucket, Role.ACTIVE, to);
  }

  private static Backup backup(boolean complete, boolean unreadable) {
    return new Backup(OTHER, 1, complete, 0, unreadable);
  }

  @Test
  @DisplayName("HSI-4 OWN-3 a bucket may move to a member that has a replica of it, or none yet")
  void acceptsOtherMembers() {
    assertThat(refusal(bucket(OWNER, null, null), OTHER)).isEmpty();
    assertThat(refusal(bucket(OWNER, null, null, backup(true, false)), OTHER)).isEmpty();
  }

  @Test
  @DisplayName("HSI-4 OWN-3 an order that the coordinator would pass over is refused with a reason")
  void saysWhyABucketCannotMove() {
    assertThat(refusal(bucket(null, null, null), OTHER))
        .isEqualTo(
            "the bucket has no owner yet, it gets one with its first packet, bucket=0"
                + " node=10.9.0.2:7800");
    assertThat(refusal(bucket(OWNER, null, null), OWNER))
        .isEqualTo("the member has the bucket already, bucket=0 node=10.9.0.1:7800");
    String moves =
        "the bucket is on its way to a member, wait until it is there, bucket=0 node=10.9.0.2:7800";
    assertThat(refusal(bucket(OWNER, null, OTHER, backup(false, false)), OTHER)).isEqualTo(moves);
    assertThat(refusal(bucket(OWNER, OTHER, null), OTHER)).isEqualTo(moves);
    assertThat(refusal(bucket(OWNER, null, null), Role.DRAINING, OTHER))
        .isEqualTo(
            "the member gets no buckets, name another one, bucket=0 node=10.9.0.2:7800"
                + " role=draining");
    assertThat(refusal(bucket(OWNER, null, null), Role.DISPATCHER, OTHER))
        .endsWith(" role=dispatcher");
    assertThat(refusal(bucket(OWNER, null, null, backup(false, true)), OTHER))
        .isEqualTo(
            "the member cannot read the records of the bucket, install the version of its owner"
                + " there, bucket=0 node=10.9.0.2:7800 owner=10.9.0.1:7800");
  }
}
