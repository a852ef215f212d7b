package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node takes the place of another one, so that switches that learn must hear that the
 * neighbours are reached through it.
 *
 * <p>A switch knows one place for each address: that of the node which has sent its last frame. If
 * each frame reaches all nodes, it can do so only while one node owns all buckets; if it reaches
 * any one, the place may be that of any node. So it is due to announce when the last buckets of
 * others have come to a node, and when another one is no member any more.
 */
public final class Succession {
  private Succession() {}

  /**
   * Whether {@code self} is to announce, as soon as its buckets are open.
   *
   * @param before the table before {@code after}; null if there is none
   * @param isDue whether it was to announce already
   */
  public static boolean isDue(
      @Nullable AllocationTable before, AllocationTable after, NodeId self, boolean isDue) {
    if (before == null || after.buckets().stream().noneMatch(each -> each.isOwnedBy(self))) {
      return false;
    }
    boolean isAlone = hasOtherOwner(before, self) && !hasOtherOwner(after, self);
    return isDue || isAlone || !after.memberIds().containsAll(before.voterIds());
  }

  private static boolean hasOtherOwner(AllocationTable table, NodeId self) {
    return table.buckets().stream().anyMatch(each -> each.owner() != null && !each.isOwnedBy(self));
  }
}
