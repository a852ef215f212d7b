package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives each bucket as many backups as it should have (HSI-5). */
final class BackupPlan {
  private final AllocationDraft draft;
  private final int wanted;
  private final Map<NodeId, Long> replicas = new HashMap<>();

  private BackupPlan(AllocationDraft draft, int copies) {
    this.draft = draft;
    long active = draft.members().stream().filter(Member::isActive).count();
    this.wanted = (int) Math.min(copies, active);
  }

  /** Adds missing backups to the draft and drops those that are not needed any more. */
  static void apply(AllocationDraft draft, int copies) {
    BackupPlan plan = new BackupPlan(draft, copies);
    plan.count();
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      plan.plan(bucket);
    }
  }

  private void count() {
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      draft.bucket(bucket).backups().stream()
          .filter(backup -> !backup.unreadable())
          .forEach(backup -> count(backup.node(), 1));
    }
  }

  private void count(NodeId node, long change) {
    replicas.merge(node, change, Long::sum);
  }

  private void plan(int number) {
    Bucket bucket = draft.bucket(number);
    NodeId owner = bucket.owner();
    if (owner == null || bucket.from() != null) {
      return;
    }
    int needed = (int) Math.min(wanted, candidates(bucket, owner));
    List<Backup> kept = kept(bucket, needed);
    while (standing(bucket, kept) < needed && add(owner, kept)) {
      // one more backup was added
    }
    if (!kept.equals(bucket.backups())) {
      draft.set(number, bucket.withBackups(kept));
    }
  }

  /** The active members that may become backups: not one that cannot read the records. */
  private long candidates(Bucket bucket, NodeId owner) {
    return draft.members().stream()
        .filter(Member::isActive)
        .map(Member::id)
        .filter(each -> !each.equals(owner) && !bucket.isUnreadableTo(each))
        .count();
  }

  /** Without surplus, once enough active members have complete replicas. */
  private List<Backup> kept(Bucket bucket, int needed) {
    List<Backup> kept = new ArrayList<>();
    long complete =
        bucket.backups().stream().filter(each -> each.complete() && stands(bucket, each)).count();
    int taken = 0;
    for (Backup backup : bucket.backups()) {
      if (backup.unreadable()) {
        if (draft.isActive(backup.node())) {
          kept.add(backup);
        }
        continue;
      }
      if (complete < needed) {
        kept.add(backup);
        continue;
      }
      boolean isTarget = backup.node().equals(bucket.target());
      if (isTarget || (backup.complete() && stands(bucket, backup) && taken++ < needed)) {
        kept.add(backup);
      } else {
        count(backup.node(), -1);
      }
    }
    return kept;
  }

  /**
   * Whether a backup counts: not if it is on its way out, cannot read the records, or is about to
   * become the owner.
   */
  private boolean stands(Bucket bucket, Backup backup) {
    return !backup.unreadable()
        && draft.isActive(backup.node())
        && !backup.node().equals(bucket.target());
  }

  private long standing(Bucket bucket, List<Backup> backups) {
    return backups.stream().filter(backup -> stands(bucket, backup)).count();
  }

  private boolean add(NodeId owner, List<Backup> kept) {
    List<NodeId> excluded = new ArrayList<>(kept.stream().map(Backup::node).toList());
    excluded.add(owner);
    NodeId node = draft.leastLoaded(id -> replicas.getOrDefault(id, 0L), excluded);
    if (node == null) {
      return false;
    }
    kept.add(new Backup(node, draft.epoch(), false));
    count(node, 1);
    return true;
  }
}
