package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.reassembly.commit.Replica;
import org.jspecify.annotations.Nullable;

/**
 * What a backup has of one bucket, from the log of one owner under one epoch. It asks for a base
 * until the owner counts it.
 *
 * <p>It may begin with a complete replica of an owner before, which has died. That one counts until
 * the base is there: the owner sends nothing before. From then on the base and the log count, as
 * the owner sends nothing that this replica does not know ({@link BucketLog}).
 *
 * <p>Not thread-safe.
 */
public final class BucketReplica {
  /** The time between two requests for a base: 10 ms. */
  private static final long WANT_NANOS = 10_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final int bucket;
  private final long epoch;
  private final long since;
  private final NodeId owner;
  private final Replica replica = new Replica();
  private final boolean countsWithBase;
  private @Nullable Replica held;
  private long applied;
  private boolean counted;
  private boolean unreadable;
  private long wantNanos;

  /**
   * A replica that asks {@code owner} for a base at once.
   *
   * @param held a complete replica of an owner before; {@code owner} sends nothing before this one
   *     has its base. Null if it begins with nothing
   */
  public BucketReplica(
      int bucket, long epoch, long since, NodeId owner, @Nullable Replica held, long nowNanos) {
    this.bucket = bucket;
    this.epoch = epoch;
    this.since = since;
    this.owner = owner;
    this.held = held;
    countsWithBase = held != null;
    wantNanos = nowNanos;
  }

  /**
   * A replica of a bucket that this node hands over to {@code taker}: it begins with what this node
   * has, and needs no other base.
   */
  public static BucketReplica ofGiver(int bucket, long epoch, NodeId taker) {
    BucketReplica kept = new BucketReplica(bucket, epoch, epoch, taker, null, NEVER);
    kept.counted = true;
    return kept;
  }

  /**
   * A replica of connections that stay with {@code owner}, which sends a base without being asked.
   * It asks later, so that it is told that it counts if that was lost.
   */
  public static BucketReplica ofStaying(
      int bucket, long epoch, long since, NodeId owner, long nowNanos) {
    return new BucketReplica(bucket, epoch, since, owner, null, nowNanos + WANT_NANOS);
  }

  /** The node whose log it follows. */
  public NodeId owner() {
    return owner;
  }

  /** The epoch of the owner. */
  public long epoch() {
    return epoch;
  }

  /** The table by which it was begun, or what names its log ({@link LogMessage}). */
  public long since() {
    return since;
  }

  /** Whether it follows the log that a message of {@code from} names. */
  public boolean follows(NodeId from, long itsEpoch, long itsSince) {
    return owner.equals(from) && epoch == itsEpoch && since == itsSince;
  }

  /**
   * Applies the records that it does not have yet; none if there is a gap.
   *
   * @return what to answer; null if the owner's records cannot be read, and then this replica never
   *     holds more
   */
  public @Nullable Applied append(Append append, long nowNanos) {
    long skipped = applied + 1 - append.first();
    for (long i = Math.max(0, skipped); skipped >= 0 && i < append.records().size(); i++) {
      if (!apply(append.records().get((int) i), nowNanos)) {
        return null;
      }
    }
    if (unreadable) {
      return null;
    }
    if (append.baseEnd() > 0 && applied >= append.baseEnd()) {
      held = null;
    }
    return new Applied(bucket, epoch, since, applied);
  }

  private boolean apply(byte[] record, long nowNanos) {
    if (unreadable) {
      return false;
    }
    try {
      replica.apply(record, nowNanos);
      applied++;
    } catch (MalformedState e) {
      unreadable = true;
      wantNanos = NEVER;
      replica.clear();
    }
    return !unreadable;
  }

  /** Notes that the owner counts it; returns whether that is new. */
  public boolean noteCounted() {
    boolean isNew = !counted;
    counted = true;
    wantNanos = NEVER;
    return isNew;
  }

  /** Whether it holds all that was released, so that this node may go on with it. */
  public boolean isHeir() {
    return held != null || ((counted || countsWithBase) && !unreadable);
  }

  /** When {@link #want} is due; {@link Long#MAX_VALUE} if no base is wanted. */
  public long dueNanos() {
    return wantNanos;
  }

  /** Asks for a base, if that is due; null if it is not. */
  public @Nullable BaseWanted want(long nowNanos) {
    if (wantNanos > nowNanos) {
      return null;
    }
    wantNanos = nowNanos + WANT_NANOS;
    return new BaseWanted(bucket, epoch, since);
  }

  /** The connections, for the engine that goes on with them. */
  public Replica replica() {
    return held == null ? replica : held;
  }
}
