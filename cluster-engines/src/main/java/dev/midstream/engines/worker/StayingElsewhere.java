package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.StayingList;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.engines.message.LogMessage.Refused;
import dev.midstream.reassembly.flow.ConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The connections of buckets of this node that stay at another one (PDP-1): the list of them, so
 * that their packets go there, and a replica. If that node is no member any more, this one goes on
 * with them.
 */
final class StayingElsewhere {
  private final BucketStates states;
  private final OpenEngines open;
  private final ReceivedLists lists;
  private final @Nullable BucketReplica[] replicas;

  /** How far engines are with what was given to them, until that is answered. */
  private final @Nullable GoneOn[] given;

  private final HandedOver handedOver;

  /** The epochs of open buckets of which {@link #takeNews} has not told what it is to tell. */
  private final long[] untold;

  /** The epochs of open buckets of which it has told that their givers are to have them again. */
  private final long[] lost;

  StayingElsewhere(BucketStates states, OpenEngines open, ConnectionPool pool) {
    this.states = states;
    this.open = open;
    lists = new ReceivedLists(states.count(), pool);
    replicas = new @Nullable BucketReplica[states.count()];
    given = new @Nullable GoneOn[states.count()];
    handedOver = new HandedOver(states);
    untold = new long[states.count()];
    lost = new long[states.count()];
  }

  /** The lists of them. */
  ReceivedLists lists() {
    return lists;
  }

  /** What would be gone on with; null if nothing. */
  @Nullable BucketReplica replica(int bucket) {
    BucketReplica replica = replicas[bucket];
    return replica != null && replica.isHeir() && !handedOver.mayBeOutdated(bucket)
        ? replica
        : null;
  }

  /** What this node has of connections that stay, also if that does not count; or null. */
  @Nullable BucketReplica known(int bucket) {
    return replicas[bucket];
  }

  /**
   * Whether the connections stay at {@code giver} of a bucket that it has handed over to this node.
   */
  boolean areAllAt(int bucket, NodeId giver, long epoch) {
    StayingList list = lists.of(bucket);
    return list != null && list.isOf(giver, epoch) && list.isOfAll();
  }

  /** Whether the list is of the epoch under which {@code bucket} is open here. */
  boolean isListed(int bucket) {
    OwnedBucket owned = states.owned(bucket);
    StayingList list = lists.of(bucket);
    return owned != null && list != null && list.isOf(list.from(), owned.log().epoch());
  }

  /**
   * This node opens a bucket.
   *
   * @param kept a replica of the connections that stay with the giver of the bucket; null if there
   *     is none
   */
  void open(int bucket, OwnedBucket owned, @Nullable BucketReplica kept, long nowNanos) {
    BucketReplica known = replicas[bucket];
    boolean isOld =
        known != null
            && known.epoch() != owned.log().epoch()
            && (isTaken(bucket)
                || states.isStayer(known.owner(), bucket)
                || handedOver.mayBeOutdated(bucket));
    if (kept != null || isOld) {
      replicas[bucket] = kept; // else its owner is gone, and this node goes on
    }
    handedOver.forget(bucket);
    owned.setPaused(!isKnown(bucket, owned.log().epoch()));
    untold[bucket] = states.staysNowhereElse(bucket) ? Epoch.NONE : owned.log().epoch();
  }

  /** Whether another node hands a bucket over: what this node has of an earlier epoch is old. */
  private boolean isTaken(int bucket) {
    Bucket agreed = states.agreed(bucket);
    return agreed != null && agreed.from() != null;
  }

  /**
   * Whether it is known what stays elsewhere of a bucket that is opened now. If that node is gone
   * already, it must have a replica here: else the giver of the bucket is to go on.
   */
  private boolean isKnown(int bucket, long epoch) {
    NodeId stayer = states.stayer(bucket);
    StayingList list = lists.of(bucket);
    if (stayer == null || stayer.equals(states.node().self())) {
      return true;
    }
    if (list == null || !list.isOf(stayer, epoch) || !list.isWhole()) {
      return false;
    }
    return !states.isStayerGone(bucket) || list.isEmpty() || replica(bucket) != null;
  }

  /**
   * What this node knows of an open bucket: what stays elsewhere, that it cannot read the list, or
   * that none comes any more; null if nothing is known, or that was told already.
   */
  @Nullable ClusterInput takeNews(int bucket) {
    long epoch = untold[bucket];
    OwnedBucket owned = epoch == Epoch.NONE ? null : states.owned(bucket);
    if (owned == null || owned.log().epoch() != epoch) {
      return null;
    }
    boolean isAwaited = owned.isPaused() && !states.isStayerGone(bucket);
    if (isAwaited && !isListUnreadable(bucket)) {
      return null;
    }
    boolean isLost = isGivenBack(bucket);
    untold[bucket] = Epoch.NONE;
    lost[bucket] = isLost ? epoch : Epoch.NONE;
    return isLost
        ? new ClusterInput.StayingLost(bucket, epoch)
        : new ClusterInput.StayingListed(bucket, epoch);
  }

  /**
   * Whether a bucket is open, and no list comes any more for which its packets wait. A replica is
   * enough: this node goes on with it once the table names the other one no more.
   */
  boolean isGivenBack(int bucket) {
    OwnedBucket owned = states.owned(bucket);
    if (owned == null || !owned.isPaused()) {
      return false;
    }
    boolean isLost = states.isStayerGone(bucket) && replica(bucket) == null;
    return isLost || isGiverAwaited(bucket, owned);
  }

  /** Whether the giver is to have a bucket again, whatever the table says now of what stayed. */
  private boolean isGiverAwaited(int bucket, OwnedBucket owned) {
    return lost[bucket] == owned.log().epoch() && isTaken(bucket);
  }

  /** The node where the connections stayed has given them to this one. */
  private void goOnGiven(int bucket, OwnedBucket owned, long nowNanos) {
    BucketReplica replica = replicas[bucket];
    if (replica != null) {
      replica.replica().noteHandedOver();
      given[bucket] = new GoneOn(owned);
      goOn(bucket, owned, replica, nowNanos);
    }
  }

  private void goOn(int bucket, OwnedBucket owned, BucketReplica replica, long nowNanos) {
    open.enterAll(bucket);
    owned.goOn(replica.replica(), nowNanos);
    open.leave();
    replicas[bucket] = null;
  }

  /**
   * The answer of the owner of a bucket to the node that gave it connections, once they are in its
   * replicas; null if none is due. That node has them until then.
   */
  @Nullable Applied takeAnswer(int bucket) {
    GoneOn going = given[bucket];
    StayingList list = lists.of(bucket);
    OwnedBucket owned = states.owned(bucket);
    if (going == null) {
      return null;
    }
    boolean isOver = list == null || !list.isGiven() || owned == null || !going.isAt(owned);
    boolean isDue = !isOver && going.isHeld();
    if (isOver || isDue) {
      given[bucket] = null;
    }
    return isDue && list != null ? list.answerGiven() : null;
  }

  /** The node to which an answer of {@link #takeAnswer} goes; null if there is none. */
  @Nullable NodeId giver(int bucket) {
    StayingList list = lists.of(bucket);
    return list == null ? null : list.from();
  }

  /**
   * This node has the bucket no more. What it knows counts until the node with which connections
   * stay has them in its engine of the bucket, if it is the owner now and was handed the bucket by
   * this one, which has missed no owner; and until the taker knows what stays, if this node hands
   * the bucket over: it has the bucket again if the node is gone. The table names that node so
   * long.
   */
  void forget(int bucket) {
    Bucket agreed = states.agreed(bucket);
    NodeId taker = agreed == null ? null : agreed.owner();
    boolean isComingHome = ComingHome.isPlanned(agreed);
    boolean isGiver = agreed != null && states.node().self().equals(agreed.from());
    if (taker != null && isGiver && !isComingHome && isOfStayer(bucket)) {
      handedOver.note(bucket, taker);
    } else if (!isComingHome || handedOver.isNoted(bucket)) {
      end(bucket);
    }
  }

  /** This life is over: nothing is known any more. */
  void end(int bucket) {
    lists.forget(bucket);
    replicas[bucket] = null;
    handedOver.forget(bucket);
  }

  /** Goes on with the connections of a node that is no member any more. */
  void obey(int bucket, long nowNanos) {
    OwnedBucket owned = states.owned(bucket);
    StayingList list = lists.of(bucket);
    BucketReplica replica = replicas[bucket];
    boolean isNoneLeft = list != null && list.isEmpty();
    Bucket agreed = states.agreed(bucket);
    if (agreed == null || !agreed.isOwnedBy(states.node().self())) {
      forget(bucket);
    }
    if (owned == null) {
      return; // when it is open
    }
    if (list != null && !states.isStayer(list.from(), bucket)) {
      lists.forget(bucket);
    }
    if (replica != null && !states.isStayer(replica.owner(), bucket)) {
      if (replica.isHeir() && !isNoneLeft) {
        goOn(bucket, owned, replica, nowNanos);
      }
      replicas[bucket] = null;
    }
    if (owned.isPaused() && states.staysNowhereElse(bucket) && !isGivenBack(bucket)) {
      owned.setPaused(false);
    }
  }

  /** Whether what this node knows is of the node with which connections stay by the table. */
  private boolean isOfStayer(int bucket) {
    StayingList list = lists.of(bucket);
    BucketReplica replica = replicas[bucket];
    return (list != null && states.isStayer(list.from(), bucket))
        || (replica != null && states.isStayer(replica.owner(), bucket));
  }

  /** Takes what a node says of the connections that stay with it; null if it is not answered. */
  @Nullable LogMessage append(NodeId from, Append append, long nowNanos) {
    if (append.since() == LogMessage.STAYING_KEYS) {
      return isOfOwner(from, append) ? appendKeys(from, append, nowNanos) : null;
    }
    BucketReplica replica = replicas[append.bucket()];
    boolean follows = replica != null && replica.follows(from, append.epoch(), append.since());
    if (!follows
        && isOfOwner(from, append)
        && isAttempt(replica, append)
        && !isGiven(from, append)) {
      replica =
          BucketReplica.ofStaying(append.bucket(), append.epoch(), append.since(), from, nowNanos);
      replicas[append.bucket()] = replica;
      follows = true;
    }
    return replica != null && follows ? appendRecords(replica, append, nowNanos) : null;
  }

  /** Whether a message is of an attempt to have this node keep a replica, and of no earlier one. */
  private static boolean isAttempt(@Nullable BucketReplica known, Append append) {
    boolean isEarlier =
        known != null
            && known.epoch() == append.epoch()
            && LogMessage.isStayingLog(known.since())
            && known.since() < append.since();
    return LogMessage.isStayingLog(append.since()) && !isEarlier;
  }

  /** Whether this node goes on with the connections of which a message is: it came late. */
  private boolean isGiven(NodeId from, Append append) {
    StayingList list = lists.of(append.bucket());
    return list != null && list.isOf(from, append.epoch()) && list.isGiven();
  }

  /** Whether a message is for this node as the owner of the bucket, from where connections stay. */
  private boolean isOfOwner(NodeId from, Append append) {
    Bucket bucket = states.agreed(append.bucket());
    return states.isStayer(from, append.bucket())
        && !states.isStayerGone(append.bucket()) // what comes late is known to the giver
        && bucket != null
        && bucket.isOwnedBy(states.node().self())
        && bucket.epoch() == append.epoch();
  }

  private @Nullable LogMessage appendKeys(NodeId from, Append append, long nowNanos) {
    int bucket = append.bucket();
    StayingList list = lists.take(from, append);
    Applied answer = list.append(append, mayGoOn(append));
    OwnedBucket owned = states.owned(bucket);
    if (owned != null && owned.log().epoch() == append.epoch() && list.isWhole()) {
      owned.setPaused(false);
    }
    if (owned != null && list.isGiven()) {
      goOnGiven(bucket, owned, nowNanos);
    } else if (list.isEmpty()) {
      replicas[bucket] = null;
    }
    return answer;
  }

  /** Whether this node has opened a bucket, and cannot read the list for which its packets wait. */
  boolean isListUnreadable(int bucket) {
    OwnedBucket owned = states.owned(bucket);
    StayingList list = lists.of(bucket);
    return owned != null && owned.isPaused() && list != null && list.isUnreadable();
  }

  /** Whether this node goes on with connections if {@code from} tells it so now. */
  boolean mayGoOn(NodeId from, Append append) {
    return isOfOwner(from, append) && mayGoOn(append);
  }

  private boolean mayGoOn(Append append) {
    OwnedBucket owned = states.owned(append.bucket());
    return owned != null
        && owned.log().epoch() == append.epoch()
        && replicas[append.bucket()] != null;
  }

  private LogMessage appendRecords(BucketReplica replica, Append append, long nowNanos) {
    Applied answer = replica.append(append, nowNanos);
    if (answer != null) {
      return answer;
    }
    Bucket bucket = states.agreed(append.bucket());
    long newer = bucket == null ? append.epoch() : bucket.epoch();
    return new Refused(append.bucket(), append.epoch(), newer);
  }

  /** Whether a message is of the log of connections that stay at its sender. */
  boolean follows(NodeId from, Append append) {
    BucketReplica replica = replicas[append.bucket()];
    return append.since() == LogMessage.STAYING_KEYS
        || LogMessage.isStayingLog(append.since())
        || (replica != null && replica.follows(from, append.epoch(), append.since()));
  }

  /** Notes that the node where connections stay counts the replica. */
  void onCounted(NodeId from, Counted counted) {
    BucketReplica replica = replicas[counted.bucket()];
    if (replica != null && replica.follows(from, counted.epoch(), counted.since())) {
      boolean ignored = replica.noteCounted();
    }
  }
}
