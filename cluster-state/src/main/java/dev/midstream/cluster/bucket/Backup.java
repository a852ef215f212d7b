package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;

/**
 * A node that keeps a replica of a bucket.
 *
 * @param since names the table by which the node has to begin the replica anew; a report about an
 *     earlier replica, which the node has dropped since, does not count
 * @param complete whether the replica holds everything, so that the node may become the owner
 * @param held the epoch of an owner that has died, of which the node had a complete replica: it
 *     keeps that until the new one has its base, and the new owner sends nothing before. So it may
 *     become the owner, too. {@link Epoch#NONE} if there is none
 * @param unreadable whether the node cannot read what the owner writes, so that it keeps nothing
 *     and is asked for nothing as long as that one owns the bucket; unless no other node is left,
 *     and copies are missing ({@link Changes#askAgain}) or the owner is on its way out
 */
public record Backup(NodeId node, long since, boolean complete, long held, boolean unreadable) {

  /** A replica that has nothing to begin with. */
  Backup(NodeId node, long since, boolean complete) {
    this(node, since, complete, Epoch.NONE, /* unreadable= */ false);
  }

  /** An incomplete replica of a node that holds one of the epoch {@code held}. */
  static Backup holding(NodeId node, long since, long held) {
    return new Backup(node, since, /* complete= */ false, held, /* unreadable= */ false);
  }

  /** The same backup, of which the node cannot read what the owner writes. */
  Backup asUnreadable() {
    return new Backup(node, since, /* complete= */ false, Epoch.NONE, /* unreadable= */ true);
  }

  /** Whether nothing has left that the node does not know, so that it may become the owner. */
  public boolean isHeir() {
    return complete || held != Epoch.NONE;
  }
}
