package dev.midstream.gateway.cluster;

import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a bucket cannot be moved as an operator wants it. The coordinator passes over such an order
 * in silence, since its table may be newer than that of the node that was asked.
 */
final class MoveCheck {
  private MoveCheck() {}

  /**
   * Checks an order against what a node knows.
   *
   * @param bucket a bucket of {@code table}
   * @param to a member of {@code table}
   * @return nothing, or why it cannot be
   */
  static Optional<String> refusal(AllocationTable table, int bucket, NodeId to) {
    Bucket state = table.bucket(bucket);
    NodeId owner = state.owner();
    Member member = table.member(to);
    String what = ", bucket=" + bucket + " node=" + to.address();
    if (owner == null) {
      return Optional.of("the bucket has no owner yet, it gets one with its first packet" + what);
    }
    if (state.isOwnedBy(to)) {
      return Optional.of("the member has the bucket already" + what);
    }
    if (state.from() != null || state.target() != null) {
      return Optional.of("the bucket is on its way to a member, wait until it is there" + what);
    }
    if (member == null || !member.isActive()) {
      return Optional.of("the member gets no buckets, name another one" + what + role(member));
    }
    Backup replica = state.backupOf(to);
    return replica != null && replica.unreadable()
        ? Optional.of(
            "the member cannot read the records of the bucket, install the version of its owner"
                + " there"
                + what
                + " owner="
                + owner.address())
        : Optional.empty();
  }

  private static String role(@Nullable Member member) {
    return member == null ? "" : " role=" + SettingsReader.word(member.role());
  }
}
