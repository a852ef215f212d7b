package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /**
   * Adds missing backups to the draft and drops those that are not needed any more.
   *
   * @param again backups that could not read the records, and may be asked again
   * @param mostBegun they are asked only while fewer replicas than so many are begun
   */
  static void apply(AllocationDraft draft, int copies, Set<Changes.Report> again, int mostBegun) {
    BackupPlan plan = new BackupPlan(draft, copies);
    if (!again.isEmpty()) {
      plan.askAgain(again, mostBegun);
    }
    plan.count();
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      plan.plan(bucket);
    }
  }

  private void askAgain(Set<Changes.Report> again, int mostBegun) {
    long begun = 0;
    for (int number = 0; number < draft.bucketCount(); number++) {
      begun += draft.bucket(number).backups().stream().filter(BackupPlan::isBegun).count();
    }
    for (Changes.Report each : again) {
      if (begun < mostBegun && isToAsk(each)) {
        Bucket bucket = draft.bucket(each.bucket());
        Backup anew = new Backup(each.node(), draft.epoch(), false);
        List<Backup> backups = new ArrayList<>(bucket.backups());
        backups.replaceAll(backup -> backup.node().equals(each.node()) ? anew : backup);
        draft.set(each.bucket(), bucket.withBackups(backups));
        begun++;
      }
    }
  }

  private static boolean isBegun(Backup backup) {
    return !backup.complete() && !backup.unreadable();
  }

  /** Whether a node could not read, and no other one can take its place. */
  private boolean isToAsk(Changes.Report report) {
    Bucket bucket = draft.bucket(report.bucket());
    Backup backup = bucket.backupOf(report.node());
    NodeId owner = bucket.owner();
    if (owner == null || bucket.from() != null || backup == null) {
      return false;
    }
    long others =
        draft.members().stream()
            .filter(each -> each.isActive() && !each.id().equals(owner))
            .count();
    return backup.unreadable()
        && backup.since() == report.since()
        && draft.isActive(report.node())
        && candidates(bucket, owner) < Math.min(wanted, others);
  }

  private void count() {
    for (int bucket = 0; bucket < draft.bucketCount(); bucket++) {
      for (Backup backup : draft.bucket(bucket).backups()) {
        if (!backup.unreadable()) {
          count(backup.node(), 1);
        }
      }
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
    long count = 0;
    for (Member each : draft.members()) {
      boolean isOther = each.isActive() && !each.id().equals(owner);
      count += isOther && !bucket.isUnreadableTo(each.id()) ? 1 : 0;
    }
    return count;
  }

  /** Without surplus, once enough active members have complete replicas. */
  private List<Backup> kept(Bucket bucket, int needed) {
    List<Backup> kept = new ArrayList<>();
    long complete = 0;
    for (Backup each : bucket.backups()) {
      complete += each.complete() && stands(bucket, each) ? 1 : 0;
    }
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
    long count = 0;
    for (Backup each : backups) {
      count += stands(bucket, each) ? 1 : 0;
    }
    return count;
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
