package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one bucket in an allocation table.
 *
 * <pre>
 *   owner   from   target
 *   null    null   null      unassigned, in the pool
 *   A       null   null      A owns it, or opens it as soon as it sees this table
 *   A       null   B         a planned move: B becomes owner as soon as its replica is complete
 *   B       A      null      handing over: A stops it, B opens it after A's last record
 * </pre>
 *
 * @param owner the one node that may open it
 * @param epoch grows with every change of owner; {@link Epoch#NONE} if it never had one
 * @param from the node that hands it over to the owner
 * @param target the next owner of a planned move
 * @param backups the nodes that keep replicas, the first complete one is the heir
 * @param staying where open connections stay that another one handed over by plan (PDP-1); null if
 *     none do, or those of the member that leaves so ({@link AllocationTable#stayer}). While the
 *     bucket is handed over that node may be no member any more: the owner has to say that it knows
 *     what stayed, or that the giver is to go on
 * @param inherited an earlier epoch, if the owner goes on with what was known under that or a later
 *     one; {@link Epoch#NONE} if it began with nothing. A node that has missed tables may have a
 *     replica of an epoch that counts no more
 */
public record Bucket(
    @Nullable NodeId owner,
    long epoch,
    @Nullable NodeId from,
    @Nullable NodeId target,
    List<Backup> backups,
    long inherited,
    @Nullable Staying staying) {

  /**
   * Where connections of a bucket stay whose owner that node may not be any more.
   *
   * @param since the epoch under which that node handed the bucket over
   */
  public record Staying(NodeId node, long since) {}

  /** A bucket that never had an owner. */
  static final Bucket NEW = new Bucket(null, Epoch.NONE, null, null, List.of(), Epoch.NONE);

  /** Copies {@code backups}. */
  public Bucket {
    backups = List.copyOf(backups);
  }

  /** A bucket of which no connections stay with a member that does not leave. */
  public Bucket(
      @Nullable NodeId owner,
      long epoch,
      @Nullable NodeId from,
      @Nullable NodeId target,
      List<Backup> backups,
      long inherited) {
    this(owner, epoch, from, target, backups, inherited, null);
  }

  /** Whether {@code node} owns it. */
  public boolean isOwnedBy(NodeId node) {
    return node.equals(owner);
  }

  /** Whether {@code node} is named as owner, giver, target or backup, or connections stay there. */
  public boolean names(NodeId node) {
    return node.equals(owner)
        || node.equals(from)
        || node.equals(target)
        || backupOf(node) != null
        || staysAt(node);
  }

  /** Whether connections may stay at {@code node}, which does not leave. */
  public boolean staysAt(NodeId node) {
    return staying != null && staying.node.equals(node);
  }

  /**
   * Where connections may stay although another node owns the bucket; null if nowhere.
   *
   * @param leaving the member that leaves and keeps its open connections, or null
   */
  public @Nullable NodeId stayer(@Nullable NodeId leaving) {
    return staying == null ? leaving : staying.node;
  }

  /** The replica that {@code node} keeps, or null. */
  public @Nullable Backup backupOf(NodeId node) {
    for (int each = 0; each < backups.size(); each++) { // an iterator costs more than a backup
      if (backups.get(each).node().equals(node)) {
        return backups.get(each);
      }
    }
    return null;
  }

  /** Whether {@code node} keeps a complete replica. */
  public boolean isComplete(NodeId node) {
    Backup backup = backupOf(node);
    return backup != null && backup.complete();
  }

  /** Whether {@code node} may become the owner if that dies. */
  public boolean isHeir(NodeId node) {
    Backup backup = backupOf(node);
    return backup != null && backup.isHeir();
  }

  /** Whether {@code node} has all that was released: as the owner, its giver, or an heir. */
  public boolean isKnownTo(NodeId node) {
    return isOwnedBy(node) || node.equals(from) || isHeir(node);
  }

  /** Whether {@code node} cannot read what the owner writes. */
  boolean isUnreadableTo(NodeId node) {
    Backup backup = backupOf(node);
    return backup != null && backup.unreadable();
  }

  Bucket withTarget(@Nullable NodeId other) {
    return new Bucket(owner, epoch, from, other, backups, inherited, staying);
  }

  Bucket withBackups(List<Backup> others) {
    return new Bucket(owner, epoch, from, target, others, inherited, staying);
  }

  /** The same bucket, of which connections stay elsewhere. */
  public Bucket withStaying(@Nullable Staying other) {
    return new Bucket(owner, epoch, from, target, backups, inherited, other);
  }
}
