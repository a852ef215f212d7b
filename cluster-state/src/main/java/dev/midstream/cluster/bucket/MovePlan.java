package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Planned moves: which bucket goes where, and when its owner changes (HSI-4, HSI-9, LD-7, PDP-7).
 */
final class MovePlan {
  private final AllocationDraft draft;
  private final BucketLoads loads;
  private final int maxMoves;
  private final boolean stays;
  private final Map<NodeId, Long> nodeLoads = new HashMap<>();
  private int moves;

  /**
   * A plan for a draft that has at most {@code maxMoves} moves at once.
   *
   * @param stays whether open connections stay with active nodes that hand their buckets over
   */
  MovePlan(AllocationDraft draft, BucketLoads loads, int maxMoves, boolean stays) {
    this.draft = draft;
    this.loads = loads;
    this.maxMoves = maxMoves;
    this.stays = stays;
    for (int number = 0; number < draft.bucketCount(); number++) {
      Bucket bucket = draft.bucket(number);
      NodeId next = bucket.target() != null ? bucket.target() : bucket.owner();
      if (next != null) {
        change(next, loads.of(number));
      }
      moves += bucket.target() != null || bucket.from() != null ? 1 : 0;
    }
  }

  private void change(NodeId node, long load) {
    nodeLoads.merge(node, load, Long::sum);
  }

  private long loadOf(NodeId node) {
    return nodeLoads.getOrDefault(node, 0L);
  }

  /**
   * Gives {@code number}, which has no owner, to the least loaded node (LD-10). If all nodes that
   * are left are on their way out, one of these gets it.
   */
  void assign(int number) {
    Bucket bucket = draft.bucket(number);
    NodeId active = draft.leastLoaded(this::loadOf, List.of());
    NodeId node = active == null ? draft.firstDraining() : active;
    if (bucket.owner() == null && node != null) {
      draft.set(
          number,
          new Bucket(node, draft.epoch(), null, null, List.of(), Epoch.NONE, bucket.staying()));
      change(node, loads.of(number));
    }
  }

  /** Begins to move {@code number} to {@code node}, which gets a replica first. */
  void move(int number, NodeId node) {
    Bucket bucket = draft.bucket(number);
    if (!isMovable(bucket, node) || bucket.isOwnedBy(node) || !draft.isActive(node)) {
      return;
    }
    List<Backup> backups = new ArrayList<>(bucket.backups());
    if (bucket.backupOf(node) == null) {
      backups.add(new Backup(node, draft.epoch(), false));
    }
    draft.set(number, bucket.withBackups(backups).withTarget(node));
    change(Objects.requireNonNull(bucket.owner()), -loads.of(number));
    change(node, loads.of(number));
    moves++;
  }

  private static boolean isMovable(Bucket bucket, NodeId node) {
    return bucket.owner() != null && isAtRest(bucket) && !bucket.isUnreadableTo(node);
  }

  private static boolean isAtRest(Bucket bucket) {
    return bucket.from() == null && bucket.target() == null;
  }

  /** Hands over the buckets whose next owner has a complete replica; stops moves that cannot be. */
  void advance() {
    for (int number = 0; number < draft.bucketCount(); number++) {
      Bucket bucket = draft.bucket(number);
      NodeId target = bucket.target();
      if (target != null && !draft.isActive(target)) {
        draft.set(number, bucket.withTarget(null));
        moves--;
      } else if (target != null && bucket.isComplete(target)) {
        draft.set(number, handedOver(bucket, target));
      }
    }
  }

  private Bucket handedOver(Bucket bucket, NodeId target) {
    List<Backup> others = Takeover.incompleteWithout(bucket.backups(), target, draft.epoch());
    return new Bucket(
        /* owner= */ target,
        draft.epoch(),
        /* from= */ bucket.owner(),
        null,
        others,
        bucket.epoch(),
        staying(bucket));
  }

  /**
   * Where connections stay of a bucket that its owner hands over: they do so once, until all of
   * them have closed. While a member leaves and keeps its own, those of others do not.
   */
  private Bucket.@Nullable Staying staying(Bucket bucket) {
    NodeId owner = Objects.requireNonNull(bucket.owner());
    boolean begins = stays && draft.isActive(owner) && !draft.isAnyStaying();
    return bucket.staying() == null && begins
        ? new Bucket.Staying(owner, draft.epoch())
        : bucket.staying();
  }

  /**
   * Begins to move buckets of nodes that are on their way out, as many at once as may be.
   *
   * @param again whether nodes that could not read the records of a bucket try again if no other
   *     node is left: what they could not read may be gone
   */
  void drain(boolean again) {
    for (int number = 0; number < draft.bucketCount() && moves < maxMoves; number++) {
      Member owner = draft.member(draft.bucket(number).owner());
      if (owner != null && owner.isDraining() && isAtRest(draft.bucket(number))) {
        drain(number, again);
      }
    }
  }

  private void drain(int number, boolean again) {
    Bucket bucket = draft.bucket(number);
    List<NodeId> unable =
        bucket.backups().stream().filter(Backup::unreadable).map(Backup::node).toList();
    NodeId least = draft.leastLoaded(this::loadOf, unable);
    if (least == null && again) {
      draft.set(
          number,
          bucket.withBackups(
              bucket.backups().stream().filter(each -> !each.unreadable()).toList()));
      least = draft.leastLoaded(this::loadOf, List.of());
    }
    if (least != null) {
      move(number, least);
    }
  }

  /**
   * Moves work from the most loaded node (K) to the least loaded one (J): the largest bucket u with
   * J + u ≤ K − u, again and again, as many at once as may be (LD-7). A bucket of which connections
   * stay at an earlier owner rests: those that were opened since could not stay, too.
   */
  void balance() {
    while (moves < maxMoves && moveOne()) {
      // one more move was begun
    }
  }

  private boolean moveOne() {
    NodeId least = draft.leastLoaded(this::loadOf, List.of());
    NodeId most = draft.leastLoaded(node -> -loadOf(node), List.of());
    if (least == null || most == null || least.equals(most)) {
      return false;
    }
    int unit = unit(most, least, (loadOf(most) - loadOf(least)) / 2);
    if (unit < 0) {
      return false;
    }
    move(unit, least);
    return true;
  }

  /**
   * The largest bucket of {@code node} up to {@code maxLoad} that may move to {@code to}, or -1.
   */
  private int unit(NodeId node, NodeId to, long maxLoad) {
    int best = -1;
    for (int number = 0; number < draft.bucketCount(); number++) {
      Bucket bucket = draft.bucket(number);
      boolean fits =
          bucket.isOwnedBy(node)
              && isMovable(bucket, to)
              && bucket.staying() == null
              && loads.of(number) <= maxLoad;
      if (fits && (best < 0 || loads.of(number) > loads.of(best))) {
        best = number;
      }
    }
    return best;
  }

  /** Ends the handing over of {@code number}, whose owner has opened it with {@code epoch}. */
  void opened(int number, long epoch) {
    Bucket bucket = draft.bucket(number);
    NodeId from = bucket.from();
    if (from == null || bucket.epoch() != epoch) {
      return;
    }
    List<Backup> backups = new ArrayList<>(bucket.backups());
    backups.removeIf(backup -> backup.node().equals(from));
    backups.add(0, new Backup(from, epoch, true));
    draft.set(
        number,
        new Bucket(
            bucket.owner(),
            epoch,
            null,
            bucket.target(),
            backups,
            bucket.inherited(),
            draft.staying(bucket)));
    moves--;
  }
}
