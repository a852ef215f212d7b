package dev.midstream.engines.worker;

import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Looks which of the connections that stay here have closed, and gives the others to their owners
 * when only those are left that both ends have closed, or when they are to be given. In one call of
 * the worker some connections of one bucket are looked at or given at most ({@link StaySteps}), and
 * all of that bucket before those of another one, whose packets would wait for longer. What is left
 * waits for its turn, so that the worker does other work most of the time.
 *
 * <p>If no owner of a bucket can read the connections for {@link OwnerReads#LIMIT_NANOS}, and they
 * cannot go on without that, they are ended as at the end of the program. So they are if they are
 * given, and no owner says that it goes on with them; but then their ends are told nothing.
 */
final class StayingLooks {
  /** The least time between two looks at a bucket: 1 s. */
  private static final long LOOK_NANOS = 1_000_000_000;

  /** The time for each connection that is looked at, which takes less than 1 µs: 5 µs. */
  private static final long LOOK_NANOS_OF_CONNECTION = 5_000;

  /** The least time between two attempts to give a bucket, and for each bucket. */
  private static final long GIVE_NANOS = 10_000_000;

  private static final long GIVE_NANOS_OF_BUCKET = 20_000;

  /** The time between two steps of a look: 1 ms. */
  private static final long STEP_NANOS = 1_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final BucketStates states;
  private final StayingHere here;
  private final Surroundings surroundings;
  private final StaySteps steps;
  private final Turns turns = new Turns();
  private boolean gives;

  StayingLooks(BucketStates states, StayingHere here, StaySteps steps, Surroundings surroundings) {
    this.steps = steps;
    this.states = states;
    this.here = here;
    this.surroundings = surroundings;
  }

  /** Has all connections given, as soon as their owners may go on with them. */
  void giveAll(long nowNanos) {
    gives = true;
    turns.begin(nowNanos);
    for (int bucket = 0; bucket < states.count(); bucket++) {
      StayingBucket staying = here.openOf(bucket);
      if (staying != null) {
        staying.lookNanos = nowNanos;
        if (!staying.isGiving()) {
          staying.turn.end();
        }
      }
    }
  }

  /**
   * Looks at a bucket, if that is due.
   *
   * @param out gets what its engine sends
   */
  void look(int bucket, long nowNanos, PacketOutput out) {
    StayingBucket staying = here.openOf(bucket);
    if (staying == null || staying.lookDueNanos() > nowNanos) {
      return;
    }
    if (staying.isGiving()) {
      staying.lookNanos = goOnGiving(staying, nowNanos);
    } else if (mayEnd(bucket, staying, nowNanos)) {
      end(bucket, staying, nowNanos, out);
    } else if (!staying.isGiven()) {
      staying.lookNanos = look(bucket, staying, nowNanos);
    }
  }

  /** Looks at a bucket; returns when the next look is due. */
  private long look(int bucket, StayingBucket staying, long nowNanos) {
    Engine engine = staying.owned.engine();
    StayingKeys its = here.lists().of(bucket);
    if (staying.owned.isHeldBack() || engine.inheritedConnections() > 0) {
      staying.turn.release();
      return restNanos(nowNanos);
    }
    if (engine.connections() == 0 || (its.size() == 0 && staying.isHandedOver)) {
      its.closeAll();
      here.close(bucket, staying);
      return NEVER;
    }
    if (gives) {
      return give(bucket, staying, nowNanos);
    }
    if (its.isLooking() || staying.ends.isAnyClosed(its.size())) {
      if (!turns.take(staying.turn, its.size() * LOOK_NANOS_OF_CONNECTION, nowNanos)) {
        return staying.turn.againNanos(nowNanos);
      }
      if (!staying.ends.lookSome(steps.connections(), its)) {
        return hold(staying, nowNanos, steps.connections() * LOOK_NANOS_OF_CONNECTION);
      }
    }
    Boolean areOver = staying.ends.areOver();
    if (areOver == null) {
      return nowNanos + STEP_NANOS;
    }
    return areOver ? give(bucket, staying, nowNanos) : restNanos(nowNanos);
  }

  /** Gives a bucket if that may be; returns when the next look is due. */
  private long give(int bucket, StayingBucket staying, long nowNanos) {
    if (!here.mayGive(bucket, staying)) {
      staying.turn.release();
      return restNanos(nowNanos);
    }
    int connections = staying.owned.engine().connections();
    if (!turns.take(staying.turn, connections * steps.giveNanos(), nowNanos)) {
      return staying.turn.againNanos(nowNanos);
    }
    staying.beginGiving();
    return giveSome(staying, nowNanos);
  }

  /** Gives some more of a bucket, if it is its turn; returns when the next ones are. */
  private long goOnGiving(StayingBucket staying, long nowNanos) {
    return turns.take(staying.turn, steps.giveRestNanos(), nowNanos)
        ? giveSome(staying, nowNanos)
        : staying.turn.againNanos(nowNanos);
  }

  private long giveSome(StayingBucket staying, long nowNanos) {
    return staying.giveSome(steps.connections(), nowNanos)
        ? NEVER
        : hold(staying, nowNanos, steps.giveRestNanos());
  }

  /** The bucket has more to do in its turn; returns when. */
  private long hold(StayingBucket staying, long nowNanos, long restNanos) {
    turns.hold(staying.turn, nowNanos + restNanos);
    return staying.turn.againNanos(nowNanos);
  }

  private long restNanos(long nowNanos) {
    long rest = gives ? Math.max(GIVE_NANOS, states.count() * GIVE_NANOS_OF_BUCKET) : LOOK_NANOS;
    return nowNanos + rest;
  }

  /** Whether no owner can read connections that need one, and they may be ended. */
  private boolean mayEnd(int bucket, StayingBucket staying, long nowNanos) {
    if (staying.endNanos() > nowNanos) {
      return false;
    }
    boolean needsOwner = gives || staying.isTold() || staying.log().noCopy() == NoCopy.HOLD;
    boolean maySend =
        states.sending(states.stayingPlace(bucket), nowNanos) != null && staying.owned.isSettled();
    return needsOwner && (maySend || staying.isTold());
  }

  /** Ends connections; their ends notice nothing if an owner may have gone on with them. */
  private void end(int bucket, StayingBucket staying, long nowNanos, PacketOutput out) {
    if (!staying.isTold()) {
      staying.owned.engine().leave(nowNanos, out);
    }
    here.drop(bucket, staying);
    surroundings.tell(new ClusterInput.StayingEnded(bucket));
  }
}
