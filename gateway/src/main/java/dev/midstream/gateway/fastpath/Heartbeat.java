package dev.midstream.gateway.fastpath;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The signs of life of all workers of a node. If none came for too long, the kernel has forwarded
 * meanwhile: then each worker forgets what it knows before the next sign is given. Times are those
 * of System.nanoTime(). Thread-safe.
 */
final class Heartbeat {
  /*
   * A worker learns of a silence before the kernel opens the way, so that never both forward:
   *
   *   sign                                  7/8 limit      limit
   *    |------- beats: every 1/8 limit -------|--------------|
   *     workers send                          workers do not send; begin anew
   *                                                          the kernel forwards
   */
  private static final int PARTS = 8;

  /** Tells the kernel when the node lived last, and how long a silence it may keep; 0 for ever. */
  @FunctionalInterface
  interface Stamp {
    void set(long nanos, long limitNanos);
  }

  private final long limitNanos;
  private final LongSupplier clock;
  private final Stamp stamp;
  private final LongConsumer begin;
  private final List<Member> members = new ArrayList<>();
  private Runnable whenForwarding = () -> {};
  private int epoch = 1;
  private boolean isStamped;
  private volatile long lastNanos;
  private volatile boolean isClosed;

  /**
   * Signs of life for a kernel that forwards after {@code limitNanos} of silence.
   *
   * @param begin called with the length of the silence, 0 at the start, when no worker knows a
   *     connection, before the first sign
   */
  Heartbeat(long limitNanos, LongSupplier clock, Stamp stamp, LongConsumer begin) {
    this.limitNanos = limitNanos;
    this.clock = clock;
    this.stamp = stamp;
    this.begin = begin;
  }

  /** A worker, which has to join. All are there before the first of them beats. */
  synchronized Member member() {
    Member member = new Member();
    members.add(member);
    return member;
  }

  /**
   * Calls {@code action} once, when all workers go on after the first sign: before it the kernel
   * may forward what they should see. To be set before any of them beats.
   */
  synchronized void whenForwarding(Runnable action) {
    whenForwarding = action;
  }

  private synchronized Runnable takeAction() {
    Runnable action = () -> {};
    if (members.stream().noneMatch(Member::isAway)) {
      action = whenForwarding;
      whenForwarding = () -> {};
    }
    return action;
  }

  /** How often a worker beats. */
  long periodNanos() {
    return limitNanos / PARTS;
  }

  private boolean isInTime(long nowNanos) {
    return isClosed || nowNanos - lastNanos < limitNanos - limitNanos / PARTS;
  }

  /**
   * Gives a sign of the time of its decision. That may have come so late that the kernel opened the
   * way before: then it is a silence, although the decision was in time, and false is returned.
   * Workers learn of a sign only when it was not late.
   */
  private boolean giveSign(long nowNanos) {
    if (isClosed) {
      set(nowNanos);
      return true;
    }
    boolean isOpen = isToOpen();
    long newest = newest(nowNanos);
    stamp.set(newest, isOpen ? limitNanos : 0); // it may wait: workers send after it
    if (clock.getAsLong() - lastNanos >= limitNanos) {
      epoch++; // no worker sends before all have begun anew
      isStamped = false;
      return false;
    }
    tellWorkers(newest, isOpen);
    return true;
  }

  private boolean haveAllJoined() {
    return members.stream().allMatch(member -> member.joined == epoch);
  }

  private void set(long nowNanos) {
    boolean isOpen = isToOpen();
    long newest = newest(nowNanos);
    if (isClosed && isOpen) {
      tellWorkers(newest, true); // they may have to stop before the kernel may take over
      stamp.set(newest, limitNanos);
    } else {
      stamp.set(newest, isOpen ? limitNanos : 0); // it may wait: workers send after it
      tellWorkers(newest, isOpen);
    }
  }

  private boolean isToOpen() {
    return members.stream().noneMatch(member -> member.isUnguarded);
  }

  private long newest(long nowNanos) {
    boolean isOld = isStamped && nowNanos - lastNanos < 0;
    return isOld ? lastNanos : nowNanos;
  }

  /** The time first: between both a worker finds the way closed still, or a sign that is new. */
  private void tellWorkers(long newest, boolean isOpen) {
    lastNanos = newest;
    isClosed = !isOpen;
  }

  /** The part of one worker, which belongs to its thread. */
  final class Member {
    private int joined;
    private boolean isUnguarded;
    private volatile boolean isAway = true;

    /**
     * Gives a sign of life.
     *
     * @param hasUnguarded whether the worker has connections that must not pass unedited, and that
     *     the kernel does not know: while there are some the kernel keeps the way closed
     * @return false if the worker has to forget all connections and {@link #join}
     */
    boolean beat(long nowNanos, boolean hasUnguarded) {
      synchronized (Heartbeat.this) {
        isUnguarded = hasUnguarded;
        if (isStamped && !isInTime(nowNanos)) {
          epoch++;
          isStamped = false;
        }
        boolean isIn = joined == epoch && (!isStamped || giveSign(nowNanos));
        isAway |= !isIn;
        return isIn;
      }
    }

    /** Notes that the worker knows no connection. The last one to join gives the sign of life. */
    void join() {
      synchronized (Heartbeat.this) {
        joined = epoch;
        if (haveAllJoined()) {
          long nanos = clock.getAsLong();
          begin.accept(epoch == 1 ? 0 : nanos - lastNanos);
          set(clock.getAsLong());
          isStamped = true;
        }
      }
    }

    /** Whether all workers have joined after this one, which has not gone on yet. */
    boolean isBack() {
      synchronized (Heartbeat.this) {
        return isAway && isStamped && joined == epoch;
      }
    }

    /** Lets the worker send again. */
    void goOn() {
      isAway = false;
      takeAction().run();
    }

    /** Whether the worker waits for others to join. */
    boolean isAway() {
      return isAway;
    }

    /** Whether frames may leave. */
    boolean maySend() {
      return !isAway && isInTime(clock.getAsLong());
    }
  }
}
