package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of the buckets of a node that is gone. */
final class Takeover {
  private final AllocationDraft draft;
  private final NodeId gone;

  /** Whether connections of buckets that name no node stayed at {@code gone}. */
  private final boolean hasLeft;

  private Takeover(AllocationDraft draft, NodeId gone, boolean hasLeft) {
    this.draft = draft;
    this.gone = gone;
    this.hasLeft = hasLeft;
  }

  /**
   * Removes {@code gone} from the draft. Its buckets go to their heirs with a new epoch; a bucket
   * without a complete replica returns to the pool.
   */
  static void of(AllocationDraft draft, NodeId gone) {
    Member member = draft.member(gone);
    boolean hasLeft = member != null && member.role() == Member.Role.STAYING;
    draft.remove(gone);
    Takeover takeover = new Takeover(draft, gone, hasLeft);
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      if (hasLeft || draft.bucket(bucket).names(gone)) {
        draft.set(bucket, takeover.without(draft.bucket(bucket)));
      }
    }
  }

  /** Gives a bucket to the next heir of its owner {@code node}, which cannot go on with it. */
  static void without(AllocationDraft draft, int bucket, NodeId node) {
    draft.set(
        bucket, new Takeover(draft, node, /* hasLeft= */ false).without(draft.bucket(bucket)));
  }

  private Bucket without(Bucket bucket) {
    List<Backup> left =
        bucket.backups().stream().filter(each -> !each.node().equals(gone)).toList();
    NodeId from = unlessGone(bucket.from());
    if (!bucket.isOwnedBy(gone)) {
      return new Bucket(
          bucket.owner(),
          bucket.epoch(),
          from,
          unlessGone(bucket.target()),
          left,
          bucket.inherited(),
          from == null ? draft.staying(bucket) : stayed(bucket));
    }
    if (from != null) {
      return resumed(bucket, from, left);
    }
    Backup heir = heir(left);
    if (heir == null) {
      return new Bucket(
          null, bucket.epoch(), null, null, List.of(), Epoch.NONE, draft.staying(bucket));
    }
    List<Backup> others =
        left.stream()
            .filter(each -> !each.node().equals(heir.node()))
            .filter(each -> !each.unreadable())
            .map(each -> Backup.holding(each.node(), draft.epoch(), held(bucket, each)))
            .toList();
    return new Bucket(
        heir.node(), draft.epoch(), null, null, others, held(bucket, heir), draft.staying(bucket));
  }

  /** The giver of an unfinished move goes on: the taker may have sent what only the two know. */
  private Bucket resumed(Bucket bucket, NodeId from, List<Backup> left) {
    List<Backup> others = incompleteWithout(left, from, draft.epoch());
    return new Bucket(
        from, draft.epoch(), null, null, others, bucket.epoch(), draft.staying(bucket));
  }

  /**
   * Where connections stay of a bucket that is handed over, or stayed if that is gone: its giver
   * has them then, and not its taker, unless that says that it knows which they are. It says so, or
   * gives the bucket back.
   */
  private Bucket.@Nullable Staying stayed(Bucket bucket) {
    boolean stayedWithMember = hasLeft && bucket.staying() == null;
    return stayedWithMember ? new Bucket.Staying(gone, bucket.epoch()) : bucket.staying();
  }

  /*
   * A replica that is complete holds all that this owner and those before it have sent. The next
   * owner sends nothing before it holds its base, or is out of the table. So what it holds stays
   * enough until then, through any number of owners.
   */
  private static long held(Bucket bucket, Backup backup) {
    return backup.complete() ? bucket.epoch() : backup.held();
  }

  private @Nullable NodeId unlessGone(@Nullable NodeId node) {
    return gone.equals(node) ? null : node;
  }

  /** An active node first, then one with a complete replica; the first of these. */
  private @Nullable Backup heir(List<Backup> left) {
    return left.stream()
        .filter(Backup::isHeir)
        .min(
            Comparator.comparing((Backup each) -> !draft.isActive(each.node()))
                .thenComparing(each -> !each.complete()))
        .orElse(null);
  }

  /** Other replicas may be ahead of the heir or after it, so they begin with a new base. */
  static List<Backup> incompleteWithout(List<Backup> backups, NodeId owner, long since) {
    return backups.stream()
        .filter(backup -> !backup.node().equals(owner) && !backup.unreadable())
        .map(backup -> new Backup(backup.node(), since, false))
        .toList();
  }
}
