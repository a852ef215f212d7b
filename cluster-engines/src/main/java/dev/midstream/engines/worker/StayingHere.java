package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.flow.ConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The connections that stay at this node although it has handed their buckets over (PDP-1). Their
 * engine goes on with its log, whose only backup is the owner of the bucket. Each owner gets the
 * list of them before it sends anything.
 */
final class StayingHere {
  private final BucketStates states;
  private final OpenEngines open;
  private final BucketEngineFactory engines;
  private final Surroundings surroundings;
  private final NodeExpectations expectations;
  private final StayingLists lists;
  private final @Nullable StayingBucket[] all;

  StayingHere(
      BucketStates states,
      OpenEngines open,
      BucketEngineFactory engines,
      Links links,
      ConnectionPool pool,
      Surroundings surroundings,
      NodeExpectations expectations) {
    this.states = states;
    this.open = open;
    this.engines = engines;
    this.surroundings = surroundings;
    this.expectations = expectations;
    lists = new StayingLists(states.count(), links, pool, engines.staySteps());
    all = new @Nullable StayingBucket[states.count()];
  }

  /**
   * Keeps the connections of a bucket that is handed over, with their engine. They are listed by
   * {@link #send}.
   *
   * @param owned the bucket; null if it is not open
   * @return false if there are none, or the heap has no room for a list of them: the bucket is to
   *     be handed over as it is
   */
  boolean begin(ClusterEffect.StopBucket stop, @Nullable OwnedBucket owned, long nowNanos) {
    int bucket = stop.bucket();
    if (owned == null || owned.log().state() == LogState.REFUSED) {
      surroundings.tell(new ClusterInput.BucketIdle(bucket));
      return false;
    }
    int connections = owned.engine().moves().named().size();
    if (connections == 0 || !lists.hasRoomFor(connections)) {
      surroundings.tell(new ClusterInput.BucketIdle(bucket));
      return false;
    }
    lists.of(bucket).begin(connections);
    owned.engine().pauseFastPath().finish(nowNanos); // the kernel of the owner gets their packets
    owned.log().retainStaying(stop.to());
    states.setOwned(bucket, null);
    states.setOwned(states.stayingPlace(bucket), owned);
    all[bucket] = new StayingBucket(owned, stop, nowNanos);
    return true;
  }

  /** The lists of what stays here. */
  StayingLists lists() {
    return lists;
  }

  /** A SYN between {@code ends} has come, of a connection that stays here or has closed. */
  void noteOpening(int bucket, ConnectionEnds ends) {
    StayingBucket staying = all[bucket];
    if (staying != null && lists.contains(bucket, ends)) {
      staying.ends.noteOpening(ends);
    }
  }

  /** Whether connections of {@code bucket} stay here. */
  boolean isAny(int bucket) {
    return all[bucket] != null;
  }

  /**
   * The owner of {@code bucket} receives its packets, and this node does so only if it is that. If
   * the owner to be has died before all connections were listed, the others are so at once.
   */
  void goOn(int bucket, long nowNanos) {
    StayingBucket staying = all[bucket];
    if (staying != null) {
      staying.goOn();
      open.enterAll(states.stayingPlace(bucket));
      while (staying.ends.isListing()) {
        int ignored = staying.ends.listSome(Integer.MAX_VALUE, lists.of(bucket), nowNanos);
      }
      open.leave();
    }
  }

  /** Forgets the connections of {@code bucket}, which do not stay any more: this life is over. */
  void forget(int bucket) {
    StayingBucket staying = all[bucket];
    if (staying != null) {
      close(bucket, staying);
      all[bucket] = null;
    }
    StayingKeys its = lists.find(bucket);
    if (its != null) {
      its.end();
      its.clear();
    }
  }

  /** Forgets the engine of connections that stay here; {@link #send} says so once that is known. */
  void close(int bucket, StayingBucket staying) {
    staying.endGiving();
    int place = states.stayingPlace(bucket);
    if (states.owned(place) != null) {
      staying.owned.engine().moves().releaseAll();
      staying.log().end();
      states.setOwned(place, null);
      open.close(staying.owned.engine());
      engines.closed(staying.owned.engine());
    }
  }

  /** Tells the owner of a bucket which connections stay here, as the agreed table has it. */
  void obey(int bucket, long nowNanos) {
    Bucket agreed = states.agreed(bucket);
    StayingBucket staying = all[bucket];
    if (agreed == null || !states.has(bucket)) {
      return;
    }
    if (!isStayer(bucket)) {
      StayingKeys its = lists.find(bucket);
      if (staying == null && its != null) {
        its.end(); // an owner that knows so answers nothing
      }
      return;
    }
    tellOwner(bucket, agreed);
    if (staying != null && states.owned(states.stayingPlace(bucket)) != null) {
      if (ComingHome.isPlanned(agreed) && !staying.isTold()) {
        staying.awaitHome(/* isOpen= */ states.owned(bucket) != null);
      } else if (staying.followed != agreed.epoch()) {
        if (!staying.isRefused()) { // else this node has the bucket again
          takeBack(bucket, staying, nowNanos);
        }
        if (!staying.isHeldBy(agreed.from())) {
          staying.unfollow();
        }
      }
      staying
          .log()
          .announcements()
          .retain(expectations.others(), () -> expectations.live(bucket, nowNanos));
    }
  }

  private boolean isStayer(int bucket) {
    return states.isStayer(states.node().self(), bucket);
  }

  private void tellOwner(int bucket, Bucket agreed) {
    StayingBucket staying = all[bucket];
    StayingKeys its = lists.of(bucket);
    NodeId owner = otherOwner(agreed);
    boolean hasGone = staying != null && (staying.isTold() || staying.isRefused());
    if (owner == null || (hasGone && !its.isTold(owner, agreed.epoch()))) {
      its.end(); // until it is given to it
    } else if (!its.isTold(owner, agreed.epoch())) {
      its.tell(owner, agreed.epoch(), staying != null && staying.epoch == agreed.epoch());
    }
  }

  private @Nullable NodeId otherOwner(Bucket bucket) {
    NodeId owner = bucket.owner();
    return owner == null || owner.equals(states.node().self()) ? null : owner;
  }

  /** Sends what is due of one bucket. */
  void send(int bucket, long nowNanos) {
    StayingKeys its = lists.find(bucket);
    if (its == null) {
      return;
    }
    StayingBucket staying = all[bucket];
    open.enterAll(states.stayingPlace(bucket));
    lists.tellSome(its, staying, nowNanos);
    open.leave();
    its.send(nowNanos, surroundings::send);
    if (staying == null) {
      return;
    }
    if (states.owned(states.stayingPlace(bucket)) != null) {
      if (ComingHome.isDue(states, bucket, staying)) {
        open.enterAll(states.stayingPlace(bucket));
        staying.giveAtOnce(nowNanos);
        open.leave();
      }
      beginLog(bucket, staying, nowNanos);
      staying.log().send(nowNanos, surroundings::send);
      staying.noteReads();
      if (!staying.isHandedOver && !staying.isRefused()) {
        handOver(bucket, staying, its, nowNanos);
      }
      if (staying.isGiven()) {
        sendGiven(bucket, staying, its, nowNanos);
      }
    } else if (isOver(bucket, staying, its, nowNanos)) {
      end(bucket);
      its.send(nowNanos, surroundings::send);
    }
  }

  private boolean isOver(int bucket, StayingBucket staying, StayingKeys its, long nowNanos) {
    return (its.isHeld() || staying.hasWaited(nowNanos))
        && !staying.isComingHome(states.owned(bucket));
  }

  /**
   * Forgets connections, and does not wait for their owner to know it: it may be unable to read
   * that, too. It forgets them when this node has left.
   */
  void drop(int bucket, StayingBucket staying) {
    lists.of(bucket).closeAll();
    close(bucket, staying);
    end(bucket);
  }

  /** No connection of {@code bucket} stays here any more. */
  private void end(int bucket) {
    all[bucket] = null;
    surroundings.tell(new ClusterInput.BucketIdle(bucket));
    Bucket agreed = states.agreed(bucket);
    if (agreed != null && isStayer(bucket)) {
      tellOwner(bucket, agreed);
    }
  }

  /**
   * The taker may open the bucket once it has the list. If it does not take that, it is of a
   * version that knows none: this node is to have the bucket again, with the connections.
   */
  private void handOver(int bucket, StayingBucket staying, StayingKeys its, long nowNanos) {
    if (isHeldByTaker(staying, its)) {
      staying.isHandedOver = true;
      surroundings.tell(new ClusterInput.BucketStopped(bucket, staying.epoch));
    } else if (staying.isListOverdue(nowNanos)
        && its.isTold(staying.taker, staying.epoch)
        && !its.isAnswered()) {
      open.enterAll(states.stayingPlace(bucket));
      staying.refuse(nowNanos);
      open.leave();
      its.end();
      surroundings.tell(new ClusterInput.StayingRefused(bucket, staying.epoch));
    }
  }

  /**
   * The owner goes on with the connections once it holds them, and they are here until it has
   * answered. If it dies before, or the bucket moves, they are given to the next owner before it
   * sends anything. That one keeps what it knows of them, because the one before may have gone on.
   */
  private void sendGiven(int bucket, StayingBucket staying, StayingKeys its, long nowNanos) {
    OwnedBucket own = states.owned(bucket);
    Bucket agreed = states.agreed(bucket);
    NodeId owner = agreed == null ? null : otherOwner(agreed);
    boolean isOwn = agreed != null && agreed.isOwnedBy(states.node().self());
    if (own != null && isOwn && own.isSettled()) {
      open.enterAll(bucket);
      staying.goHome(own, nowNanos);
      open.leave();
      its.clear();
      close(bucket, staying); // send says so once all are in records
    } else if (its.isGiven() && its.isHeld()) {
      its.clear();
      close(bucket, staying);
      end(bucket);
    } else if (agreed != null
        && owner != null
        && !staying.isRefused()
        && !its.isGiven()
        && its.isHeld()
        && staying.log().isHeldBy(owner)) {
      if (staying.isTold()) {
        its.giveAnew(owner, agreed.epoch());
      } else {
        staying.noteTold();
        its.give();
      }
      its.send(nowNanos, surroundings::send);
    }
  }

  private static boolean isHeldByTaker(StayingBucket staying, StayingKeys its) {
    boolean isLogHeld =
        !staying.log().hasBackup(staying.taker) || staying.log().isHeldBy(staying.taker);
    return isLogHeld && its.isTold(staying.taker, staying.epoch) && its.isHeld();
  }

  /** An owner that did not back the bucket up before gets all connections anew. */
  private void beginLog(int bucket, StayingBucket staying, long nowNanos) {
    Bucket agreed = states.agreed(bucket);
    NodeId owner = agreed == null ? null : otherOwner(agreed);
    staying.reads.wake(nowNanos);
    if (agreed == null
        || owner == null
        || staying.log().state() != LogState.ALONE
        || !staying.reads.mayAsk(agreed.epoch(), nowNanos)) {
      return;
    }
    boolean isGiven = staying.isGiven();
    if (isGiven || (staying.owned.isSettled() && !staying.owned.isHeldBack())) {
      staying.followed = agreed.epoch();
      staying.log().beginStaying(owner, agreed.epoch(), staying.reads.failed(agreed.epoch()));
    }
    if (isGiven) { // its engine is not called any more
      open.enterAll(states.stayingPlace(bucket));
      staying.writeAll(nowNanos);
      open.leave();
    }
  }

  /** When {@link #send} or a look ({@link StayingLooks}) is due for a bucket. */
  long dueNanos(int bucket) {
    StayingBucket staying = openOf(bucket);
    long nanos = lists.dueNanos(bucket, staying);
    return staying == null
        ? nanos
        : Math.min(Math.min(nanos, staying.log().dueNanos()), staying.dueNanos());
  }

  /** The connections of a bucket that stay here, with their engine; null if there are none. */
  @Nullable StayingBucket openOf(int bucket) {
    return states.owned(states.stayingPlace(bucket)) == null ? null : all[bucket];
  }

  /** Whether the owner has a replica that it may go on with. */
  boolean mayGive(int bucket, StayingBucket staying) {
    Bucket agreed = states.agreed(bucket);
    NodeId owner = agreed == null ? null : otherOwner(agreed);
    return agreed != null
        && owner != null
        && staying.followed == agreed.epoch()
        && staying.owned.isSettled()
        && staying.log().protectedBy() > 0
        && lists.of(bucket).isTold(owner, agreed.epoch());
  }

  /** The log of a stream; null if it is of no connections that stay here. */
  @Nullable BucketLog log(int bucket, long epoch, boolean isOfOwner) {
    StayingBucket staying = all[bucket];
    if (staying == null) {
      return null;
    }
    boolean isIts = isOfOwner ? staying.followed == epoch : staying.log().epoch() == epoch;
    return isIts ? staying.log() : null;
  }

  /**
   * The owner of a bucket, or its giver that has the log still, cannot read the records: its
   * replica is of no use. The next owner gets all anew.
   */
  void onRefused(NodeId from, int bucket, long newer, long nowNanos) {
    StayingBucket staying = all[bucket];
    Bucket agreed = states.agreed(bucket);
    if (staying == null || agreed == null) {
      return;
    }
    boolean isOfOwner = agreed.isOwnedBy(from) && staying.followed == newer;
    boolean isOfGiver = from.equals(agreed.from()) && staying.log().hasBackup(from);
    if (isOfOwner || isOfGiver) {
      staying.reads.fail(staying.followed, nowNanos);
      takeBack(bucket, staying, nowNanos);
      staying.unfollow();
    }
  }

  private void takeBack(int bucket, StayingBucket staying, long nowNanos) {
    open.enterAll(states.stayingPlace(bucket));
    staying.takeBack(nowNanos);
    open.leave();
  }
}
