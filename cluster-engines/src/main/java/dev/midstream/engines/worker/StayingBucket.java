package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.status.ConnectionSweep;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections of one bucket that stay at this node, which has handed it over. */
final class StayingBucket {
  private static final long NEVER = Long.MAX_VALUE;

  /** How long a taker has at most to take the list: 3 s. */
  private static final long LIST_NANOS = 3_000_000_000L;

  private static final KeyedHash ANY_HASH = new KeyedHash(new HashSeed(0, 0));

  final OwnedBucket owned;
  final NodeId taker;

  /** The epoch of the taker. */
  final long epoch;

  /** Those that were half-open, or were not read yet. */
  private final Set<ConnectionEnds> opening;

  /** The epoch of the owner whose replica follows the log; 0 if none does. */
  long followed;

  /** Whether owners can read the log. */
  final OwnerReads reads = new OwnerReads();

  boolean isHandedOver;

  /** Whether the taker receives the packets, and this node does not. */
  private boolean isBegun;

  /** The connections as they were given to the owner; null if the engine has them. */
  private @Nullable Replica given;

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

  private final long beginNanos;
  private boolean isRefused;
  private @Nullable ConnectionSweep sweep;
  private long closedNanos = NEVER;

  /** The connections of {@code owned} now. */
  StayingBucket(OwnedBucket owned, ClusterEffect.StopBucket stop, long nowNanos) {
    this.owned = owned;
    taker = stop.to();
    epoch = stop.epoch();
    followed = epoch;
    lookNanos = nowNanos;
    beginNanos = nowNanos;
    pause();
    opening = recorded(owned.engine(), nowNanos);
    opening.removeAll(endsOf(owned.engine()));
  }

  BucketLog log() {
    return owned.log();
  }

  /** All connections but half-open ones that no record has. */
  Set<ConnectionEnds> all() {
    Set<ConnectionEnds> ends = endsOf(owned.engine());
    ends.addAll(opening);
    return ends;
  }

  /** The ends of all connections but half-open ones, and those that are not read yet. */
  private static Set<ConnectionEnds> endsOf(Engine engine) {
    Set<ConnectionEnds> ends = new HashSet<>();
    Consumer<Connection> adder = each -> ends.add(ConnectionEnds.of(each.key()));
    engine.forEachConnection(adder);
    engine.forEachParked(adder);
    return ends;
  }

  /** The ends of all connections that are in records: half-open ones may be among them. */
  private static Set<ConnectionEnds> recorded(Engine engine, long nowNanos) {
    Set<ConnectionEnds> ends = new HashSet<>();
    engine
        .moves()
        .writeMoved(
            record -> {
              ConnectionKey key = Replica.keyOf(record.toOctets(), ANY_HASH);
              if (key != null) {
                ends.add(ConnectionEnds.of(key));
              }
            },
            nowNanos);
    return ends;
  }

  /** The connections that have not closed. Those that were half-open may be so still. */
  Set<ConnectionEnds> left() {
    Set<ConnectionEnds> left = endsOf(owned.engine());
    opening.removeAll(left);
    if (owned.engine().connections() > left.size()) {
      left.addAll(opening);
    } else {
      opening.clear();
    }
    return left;
  }

  /** Whether ends may be in the list that {@link #left} leaves out. */
  boolean isAnyClosed(int listed) {
    return owned.engine().connections() < listed || !opening.isEmpty();
  }

  /** Notes that a connection is opened anew between the ends of one that stays. */
  void noteOpening(ConnectionEnds ends) {
    opening.add(ends);
  }

  /**
   * Takes a step to find out whether only late segments of connections can come that both ends have
   * closed.
   *
   * @return null if that is not known yet
   */
  @Nullable Boolean areOver() {
    if (!opening.isEmpty()) {
      return false;
    }
    ConnectionSweep now = sweep == null ? owned.engine().sweep(NEVER) : sweep;
    boolean[] isOpen = {false};
    int ignored = now.step(ConnectionSweep.STEP_WORK, each -> isOpen[0] = true);
    boolean isKnown = isOpen[0] || now.isOver();
    sweep = isKnown ? null : now;
    return isKnown ? !isOpen[0] : null;
  }

  /** Whether the taker should have taken the list, and the connections can be given away. */
  boolean isListOverdue(long nowNanos) {
    return nowNanos - beginNanos >= LIST_NANOS
        && owned.isSettled()
        && log().state() == LogState.COMMITTING;
  }

  /** The taker does not take the list: the connections go to this node's engine of the bucket. */
  void refuse(long nowNanos) {
    isRefused = true;
    give(nowNanos);
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
    return isGiven ? (isTold ? endNanos() : NEVER) : lookNanos;
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

  private void pause() {
    owned.setPaused(!isBegun || isGiven);
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

  /** Gives the connections to the owner, which goes on with them. Their packets wait meanwhile. */
  void give(long nowNanos) {
    given = written(nowNanos);
    owned.engine().moves().handOver(nowNanos);
    isGiven = true;
    givenNanos = nowNanos;
    pause();
  }

  /**
   * The owner is another one, which does not have what was given. The engine has it again. It goes
   * on unless the owner before may have done so: then the next one gets it.
   */
  void takeBack(long nowNanos) {
    if (given != null) {
      given.noteHandedOver();
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
    copy.noteHandedOver();
    return copy;
  }

  private Replica written(long nowNanos) {
    Replica copy = new Replica();
    Consumer<StateWriter> taker = record -> copy.apply(record.toOctets(), nowNanos);
    owned.engine().moves().writeMoved(taker, nowNanos);
    return copy;
  }
}
