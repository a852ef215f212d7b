package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next allocation table from the agreed one. A pure function: the coordinator asks it,
 * and no other node needs to.
 *
 * @param copies how many backups each bucket should have; {@link Integer#MAX_VALUE} for all
 * @param maxMoves how many buckets may be on the move at once, 1 or more
 * @param stays whether open connections stay at active nodes whose buckets move (PDP-1)
 */
public record Allocator(int copies, int maxMoves, boolean stays) {

  /**
   * The table that follows {@code agreed}, or null if nothing changes.
   *
   * @param version its version, in the term of {@code self}
   * @param self the coordinator, a member of {@code agreed}
   */
  public @Nullable AllocationTable next(
      AllocationTable agreed, Version version, NodeId self, Changes changes, BucketLoads loads) {
    AllocationDraft draft = new AllocationDraft(agreed, version, self);
    changes.gone.forEach(node -> Takeover.of(draft, node));
    changes.complete.forEach(report -> complete(draft, report));
    changes.unreadable.forEach(report -> dropUnreadable(draft, changes, report));
    changes.joining.forEach(draft::add);
    changes.draining.forEach(draft::drain);
    changes.closed.forEach(report -> endStaying(draft, report));
    MovePlan moves = new MovePlan(draft, loads, maxMoves, stays);
    changes.opened.stream()
        .filter(report -> draft.bucket(report.bucket()).isOwnedBy(report.node()))
        .forEach(report -> moves.opened(report.bucket(), report.since()));
    changes.wanted.forEach(moves::assign);
    changes.ordered.forEach(moves::move);
    moves.advance();
    moves.drain(changes.isBalanceDue);
    if (changes.isBalanceDue) {
      moves.balance();
    }
    BackupPlan.apply(draft, copies, changes.again, maxMoves);
    dismiss(draft, changes);
    return draft.seal();
  }

  /**
   * A node has said that none of its connections is left. If it is gone, what it said does not
   * count: the bucket may be handed over, and its owner says whether the giver has them.
   */
  private static void endStaying(AllocationDraft draft, Changes.Report report) {
    Bucket bucket = draft.bucket(report.bucket());
    boolean isThere = draft.member(report.node()) != null;
    if (isThere && new Bucket.Staying(report.node(), report.since()).equals(bucket.staying())) {
      draft.set(report.bucket(), bucket.withStaying(null));
    }
  }

  private static void complete(AllocationDraft draft, Changes.Report report) {
    Bucket bucket = draft.bucket(report.bucket());
    Backup backup = bucket.backupOf(report.node());
    if (backup == null || backup.complete() || backup.since() != report.since()) {
      return;
    }
    if (!backup.unreadable()) {
      Backup complete = new Backup(report.node(), backup.since(), true);
      draft.set(report.bucket(), bucket.withBackups(with(bucket, backup, complete)));
    }
  }

  private static List<Backup> with(Bucket bucket, Backup old, Backup other) {
    List<Backup> backups = new ArrayList<>(bucket.backups());
    backups.set(backups.indexOf(old), other);
    return backups;
  }

  /**
   * A node that cannot read the records of a bucket is no backup of it, under this owner. If it is
   * the owner, and has nothing to go on with, another one is, as if this one had died. So it is if
   * the node is to hand the bucket over and the owner does not take it. An owner that has opened
   * the bucket gives it back to the node that hands it over; if that is gone, it has all of it.
   */
  private static void dropUnreadable(
      AllocationDraft draft, Changes changes, Changes.Report report) {
    Bucket bucket = draft.bucket(report.bucket());
    if (bucket.isOwnedBy(report.node()) && bucket.epoch() == report.since()) {
      if (bucket.from() != null || !changes.opened.contains(report)) {
        Takeover.without(draft, report.bucket(), report.node());
      }
      return;
    }
    NodeId owner = bucket.owner();
    if (owner != null && report.node().equals(bucket.from()) && bucket.epoch() == report.since()) {
      Takeover.without(draft, report.bucket(), owner);
      return;
    }
    Backup backup = bucket.backupOf(report.node());
    if (backup == null || backup.unreadable() || backup.since() != report.since()) {
      return;
    }
    Bucket without = bucket.withBackups(with(bucket, backup, backup.asUnreadable()));
    boolean isTarget = report.node().equals(bucket.target());
    draft.set(report.bucket(), isTarget ? without.withTarget(null) : without);
  }

  /** Removes members that have drained: no bucket names them, and no open connection stayed. */
  private static void dismiss(AllocationDraft draft, Changes changes) {
    for (Member member : List.copyOf(draft.members())) {
      boolean done = member.role() == Member.Role.DRAINING || changes.idle.contains(member.id());
      if (member.isDraining() && done && draft.voters() > 1 && isFree(draft, member.id())) {
        draft.remove(member.id());
      }
    }
  }

  private static boolean isFree(AllocationDraft draft, NodeId node) {
    for (int number = 0; number < draft.bucketCount(); number++) {
      if (draft.bucket(number).names(node)) {
        return false;
      }
    }
    return true;
  }
}
