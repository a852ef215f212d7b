package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.GradualHandOver;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.Replica;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections of one bucket that stay at this node, which has handed it over. */
final class StayingBucket {
  private static final long NEVER = Long.MAX_VALUE;

  /** How long a taker has at most to take the list: 3 s. */
  private static final long LIST_NANOS = 3_000_000_000L;

  final OwnedBucket owned;
  final NodeId taker;

  /** The epoch of the taker. */
  final long epoch;

  /** The epoch of the owner whose replica follows the log; 0 if none does. */
  long followed;

  /** Which they are. */
  final StayingEnds ends;

  /** Whether owners can read the log. */
  final OwnerReads reads = new OwnerReads();

  boolean isHandedOver;

  /** Whether the taker receives the packets, and this node does not. */
  private boolean isBegun;

  /** The connections as they were given to the owner; null if the engine has them. */
  private @Nullable Replica given;

  /** What gives them to the owner, if it has begun; null once they are given. */
  private @Nullable GradualHandOver giving;

  /** Whether they are given to the owner, so that their packets wait. */
  private boolean isGiven;

  /** When they were given to the present owner. */
  private long givenNanos;

  /** Whether an owner may have gone on with them: only owners may do so from then on. */
  private boolean isTold;

  /** When it is due to look which connections have closed. */
  long lookNanos;

  /** When this bucket is looked at or given. */
  final Turns.Turn turn = new Turns.Turn();

  /** How far the engine of the bucket is that goes on with them; null if an owner does. */
  private @Nullable GoneOn home;

  private boolean isRefused;
  private long closedNanos = NEVER;

  /** The connections of {@code owned} now. */
  StayingBucket(OwnedBucket owned, ClusterEffect.StopBucket stop, long nowNanos) {
    this.owned = owned;
    taker = stop.to();
    epoch = stop.epoch();
    followed = epoch;
    lookNanos = nowNanos;
    pause();
    ends = new StayingEnds(owned.engine(), nowNanos);
  }

  BucketLog log() {
    return owned.log();
  }

  /** No owner follows the log from now on. */
  void unfollow() {
    followed = 0;
    log().retain(Map.of());
  }

  /** Writes all to an owner that follows the log; if that fails, none does. */
  void writeAll(long nowNanos) {
    boolean hasFailed = true;
    try {
      log().writeBase(taker -> owned.engine().moves().writeMoved(taker, nowNanos));
      hasFailed = false;
    } finally {
      if (hasFailed) {
        unfollow();
      }
    }
  }

  /** Whether the taker should have taken the list, and the connections can be given away. */
  boolean isListOverdue(long nowNanos) {
    return !ends.isListing()
        && nowNanos - ends.listedNanos() >= LIST_NANOS
        && owned.isSettled()
        && log().state() == LogState.COMMITTING;
  }

  /**
   * The taker does not take the list: the connections go to this node's engine of the bucket, all
   * in this call, as the bucket moves with them next.
   */
  void refuse(long nowNanos) {
    giveAtOnce(nowNanos);
    isRefused = true;
  }

  /** Gives all that are not given yet to this node's engine of the bucket. */
  void giveAtOnce(long nowNanos) {
    if (!isGiving()) {
      beginGiving();
    }
    boolean ignored = giveSome(Integer.MAX_VALUE, nowNanos);
  }

  /** Whether the taker does not take the list. */
  boolean isRefused() {
    return isRefused;
  }

  /** Whether it is long ago that the last connection has closed: since then this was asked. */
  boolean hasWaited(long nowNanos) {
    closedNanos = Math.min(closedNanos, nowNanos);
    return nowNanos - closedNanos >= OwnerReads.LIMIT_NANOS;
  }

  /** Notes whether an owner has read all. */
  void noteReads() {
    if (reads.endNanos() != NEVER && log().protectedBy() > 0) {
      reads.succeed();
    }
  }

  /** When it is to be looked at, or an owner is to be asked again. */
  long dueNanos() {
    return Math.min(reads.wakeNanos(), lookDueNanos());
  }

  /**
   * When it is to be looked at: what an owner may have gone on with only when {@link #endNanos}.
   */
  long lookDueNanos() {
    if (isGiven) {
      return isTold ? endNanos() : NEVER;
    }
    return ends.isListing() ? NEVER : lookNanos;
  }

  /**
   * When owners have not read it for {@link OwnerReads#LIMIT_NANOS}, or have not said that they go
   * on; {@link #NEVER} if they have.
   */
  long endNanos() {
    long answerNanos = isTold ? givenNanos + OwnerReads.LIMIT_NANOS : NEVER;
    return Math.min(reads.endNanos(), answerNanos);
  }

  /** The connections may send from now on, unless they are given to the owner. */
  void goOn() {
    isBegun = true;
    pause();
  }

  /**
   * Nothing is committed any more until the engine of the bucket, which this node is to own again,
   * goes on with the connections; and nothing is sent before that is open, because the owner before
   * gets the packets still.
   */
  void awaitHome(boolean isOpen) {
    followed = 0;
    if (!isOpen) {
      owned.setPaused(true); // until goOn
    }
  }

  /** The engine of the bucket, {@code own}, goes on with all. */
  void goHome(OwnedBucket own, long nowNanos) {
    home = new GoneOn(own);
    own.goOn(copy(nowNanos), nowNanos);
  }

  /**
   * Whether {@code own}, the engine of the bucket, goes on with them, and they are not in replicas
   * of that yet: so long the owner before keeps its own one.
   */
  boolean isComingHome(@Nullable OwnedBucket own) {
    return home != null && own != null && home.isAt(own) && !home.isHeld();
  }

  private void pause() {
    owned.setPaused(!isBegun || isGiven || isGiving());
  }

  /** Whether the connections are given to the owner. */
  boolean isGiven() {
    return isGiven;
  }

  /** Notes that an owner is told to go on with them. */
  void noteTold() {
    isTold = true;
  }

  /** Whether an owner may have gone on with them. */
  boolean isTold() {
    return isTold;
  }

  /**
   * Whether the node that hands the bucket over has a replica, and keeps it: it is to go on if this
   * node dies before the taker knows what stays.
   */
  boolean isHeldBy(@Nullable NodeId giver) {
    return giver != null && !isTold && log().hasBackup(giver) && log().protectedBy() > 0;
  }

  /** Begins to give the connections to the owner, which goes on with them. Their packets wait. */
  void beginGiving() {
    Replica copy = new Replica();
    given = copy;
    log().noteLast();
    giving = owned.engine().moves().beginHandOver(copy);
    pause();
  }

  /** Whether some are given, and others are not yet. */
  boolean isGiving() {
    return giving != null;
  }

  /**
   * Gives some more to the owner.
   *
   * @return whether all are given
   */
  boolean giveSome(int most, long nowNanos) {
    GradualHandOver now = giving;
    if (now == null || !step(now, most, nowNanos)) {
      return now == null;
    }
    endGiving();
    isGiven = true;
    givenNanos = nowNanos;
    pause();
    return true;
  }

  /** Gives some more. If that fails, the engine has again what was given before. */
  private boolean step(GradualHandOver now, int most, long nowNanos) {
    boolean isLogged = log().state() == LogState.COMMITTING;
    boolean hasFailed = true;
    try {
      boolean isOver = now.step(most, isLogged, nowNanos);
      hasFailed = false;
      return isOver;
    } finally {
      if (hasFailed) {
        takeBack(nowNanos);
      }
    }
  }

  /** No more are given. */
  void endGiving() {
    giving = null;
    turn.end();
  }

  /**
   * The owner is another one, which does not have what was given. The engine has it again. It goes
   * on unless the owner before may have done so: then the next one gets it.
   */
  void takeBack(long nowNanos) {
    endGiving();
    if (given != null) {
      noteUnchanged(given);
      owned.engine().inherit(given, nowNanos);
      given = null;
      lookNanos = nowNanos;
    }
    isGiven &= isTold;
    givenNanos = nowNanos;
    pause();
  }

  /** All connections as they are, for an engine of this worker that goes on with them. */
  Replica copy(long nowNanos) {
    Replica copy = given == null ? written(nowNanos) : given;
    noteUnchanged(copy);
    return copy;
  }

  /**
   * Notes that nothing happened to them since they were written, unless an owner may have gone on
   * with them.
   */
  private void noteUnchanged(Replica copy) {
    if (!isTold) {
      copy.noteHandedOver();
    }
  }

  private Replica written(long nowNanos) {
    Replica copy = new Replica();
    Consumer<StateWriter> taker = record -> copy.apply(record.toOctets(), nowNanos);
    owned.engine().moves().writeMoved(taker, nowNanos);
    return copy;
  }
}
