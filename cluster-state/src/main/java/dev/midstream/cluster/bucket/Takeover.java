package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of the buckets of a node that is gone. */
final class Takeover {
  private final AllocationDraft draft;
  private final NodeId gone;

  private Takeover(AllocationDraft draft, NodeId gone) {
    this.draft = draft;
    this.gone = gone;
  }

  /**
   * Removes {@code gone} from the draft. Its buckets go to their heirs with a new epoch; a bucket
   * without a complete replica returns to the pool.
   */
  static void of(AllocationDraft draft, NodeId gone) {
    draft.remove(gone);
    Takeover takeover = new Takeover(draft, gone);
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      if (draft.bucket(bucket).names(gone)) {
        draft.set(bucket, takeover.without(draft.bucket(bucket)));
      }
    }
  }

  private Bucket without(Bucket bucket) {
    List<Backup> left =
        bucket.backups().stream().filter(each -> !each.node().equals(gone)).toList();
    if (!bucket.isOwnedBy(gone)) {
      return new Bucket(
          bucket.owner(),
          bucket.epoch(),
          unlessGone(bucket.from()),
          unlessGone(bucket.target()),
          left,
          bucket.inherited());
    }
    NodeId heir = heir(bucket.from(), left);
    if (heir == null) {
      return new Bucket(null, bucket.epoch(), null, null, List.of(), Epoch.NONE);
    }
    List<Backup> others = incompleteWithout(left, heir, draft.epoch());
    return new Bucket(heir, draft.epoch(), null, null, others, bucket.epoch());
  }

  private @Nullable NodeId unlessGone(@Nullable NodeId node) {
    return gone.equals(node) ? null : node;
  }

  /** The giver of an unfinished move still has everything; then complete replicas, in order. */
  private @Nullable NodeId heir(@Nullable NodeId from, List<Backup> left) {
    if (from != null && !from.equals(gone)) {
      return from;
    }
    NodeId draining = null;
    for (Backup backup : left) {
      if (backup.complete() && draft.isActive(backup.node())) {
        return backup.node();
      }
      draining = backup.complete() && draining == null ? backup.node() : draining;
    }
    return draining;
  }

  /** Other replicas may be ahead of the heir or after it, so they begin with a new base. */
  static List<Backup> incompleteWithout(List<Backup> backups, NodeId owner, long since) {
    return backups.stream()
        .filter(backup -> !backup.node().equals(owner))
        .map(backup -> new Backup(backup.node(), since, false))
        .toList();
  }
}
