package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What a node wants to be done. */
public sealed interface ClusterEffect {

  /** Send {@code message}. */
  record Send(NodeId to, ClusterMessage message) implements ClusterEffect {}

  /**
   * Own {@code bucket} from now on: go on with the replica of the epoch {@code inherited} or of a
   * later one. If that is {@link Epoch#NONE}, nothing is known of the bucket, and any replica is
   * old. If it is not, and there is no such replica, say {@link ClusterInput.ReplicaMissing} with
   * {@code epoch}, and keep the bucket closed. Nothing may be sent before each backup of the table
   * that holds the replica of an earlier epoch ({@link dev.midstream.cluster.bucket.Backup#held})
   * has its new base, or is in the table no more.
   */
  record OpenBucket(int bucket, long epoch, long inherited) implements ClusterEffect {}

  /**
   * Stop {@code bucket} and say {@link ClusterInput.BucketSilent} with {@code epoch}, the epoch of
   * the taker, as soon as nothing more is sent of it; send the rest of its log and its last record
   * to {@code to}, and then say {@link ClusterInput.BucketStopped}. If {@code stays}, open
   * connections stay here until they close, and {@code to} gets the list of them first (PDP-1).
   * Nothing is sent of them before {@link GoOn}; after the last one has closed, say {@link
   * ClusterInput.BucketIdle}.
   */
  record StopBucket(int bucket, long epoch, NodeId to, boolean stays) implements ClusterEffect {}

  /**
   * Go on with the connections of {@code bucket} that stay here: its taker receives the packets,
   * and this node does not.
   */
  record GoOn(int bucket) implements ClusterEffect {}

  /** Hand over all connections that stay here, as soon as may be. */
  record GiveStaying() implements ClusterEffect {}

  /** Keep what this node has of {@code bucket}, which it has handed over, as a replica. */
  record BecomeBackup(int bucket, long epoch) implements ClusterEffect {}

  /** Forget {@code bucket}: another node owns it, and others back it up. */
  record ForgetBucket(int bucket) implements ClusterEffect {}

  /**
   * Keep a replica of {@code bucket}, from a new base of {@code owner}, which owns it with {@code
   * epoch}; say {@link ClusterInput.ReplicaReady} with {@code since} when it is complete. The owner
   * gives a base only to backups of its own table, with the same {@code since}, and sends them its
   * log from then on; a node refuses records of buckets that its table does not let it back up.
   *
   * @param held {@link Epoch#NONE}, or this node has a complete replica of this epoch or a later
   *     one, and is to keep that until the new one has its base
   */
  record KeepReplica(int bucket, long epoch, long since, NodeId owner, long held)
      implements ClusterEffect {}

  /** Drop the replica of {@code bucket}. */
  record DropReplica(int bucket) implements ClusterEffect {}

  /**
   * Receive packets of these buckets only. To be done before the effects that follow: messages may
   * say to other nodes that it is.
   */
  record SetFilter(BitSet buckets) implements ClusterEffect {}

  /**
   * Connect to the port of {@code node}, and say whether its process is gone, or another one or
   * itself has answered.
   */
  record Verify(NodeId node) implements ClusterEffect {}

  /**
   * Connect to {@code address}, and say whether a process has answered, or with {@code number} that
   * none listens there.
   */
  record Probe(NodeAddress address, long number) implements ClusterEffect {}

  /** Ask the listeners whether {@code node} may join. */
  record AskListeners(NodeId node) implements ClusterEffect {}

  /**
   * What other nodes have sent comes from this one from now on ({@link
   * dev.midstream.cluster.bucket.Succession}): announce the neighbours to switches. The buckets of
   * this node are open.
   */
  record Announce() implements ClusterEffect {}

  /**
   * Emit nothing any more, drop all connections and replicas, and begin a new life.
   *
   * @param order how this node was ordered to leave, and the next life is; null if it was not
   */
  record StepDown(Reason reason, Member.@Nullable Role order) implements ClusterEffect {}

  /**
   * This node was ordered to leave, and is not a member any more: it has handed everything over, or
   * others have gone on without it.
   */
  record Left() implements ClusterEffect {}

  /** Something that listeners hear of (LD-11). */
  record Report(Event event, NodeId node) implements ClusterEffect {}

  /** What listeners hear of. */
  enum Event {
    /** The node is a member now. */
    JOINED,
    /** The node is not a member any more. */
    LEFT,
    /** The node, which is this one, cannot read the records of a bucket that it backs up. */
    UNREADABLE,
    /**
     * The node, which is this one, has ended connections that stayed with it: no owner of their
     * bucket can read their records.
     */
    STAYING_ENDED,
    /** The node was refused, because its configuration has another version. */
    OTHER_CONFIGURATION,
    /** The node was refused by a listener. */
    VETO
  }

  /** Why a node steps down. */
  enum Reason {
    /** The others agreed on a table without it. */
    REMOVED,
    /** It met another cluster, which goes on. */
    MERGED,
    /** It is one of two that do not hear each other, and the other one goes on. */
    LONE,
    /** So many members died that none is left to say what was agreed on. */
    DOUBT,
    /** The cluster has another version of the configuration. */
    CONFIGURATION;

    /** Whether others have gone on without this node. */
    boolean areOthersThere() {
      return this == REMOVED || this == MERGED || this == LONE;
    }
  }
}
