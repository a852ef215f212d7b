package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.reassembly.flow.ConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The lists of connections that stay at this node, of each bucket, within the heap for connections.
 * In one call of the worker some connections are listed or told at most, of whatever buckets.
 */
final class StayingLists {
  private static final long NEVER = Long.MAX_VALUE;

  private final Links links;
  private final ConnectionPool pool;
  private final StepBudget budget;
  private final @Nullable StayingKeys[] all;

  /** Empty lists of {@code buckets} buckets. */
  StayingLists(int buckets, Links links, ConnectionPool pool, StaySteps steps) {
    this.links = links;
    this.pool = pool;
    budget = new StepBudget(steps.connections(), steps.listRestNanos());
    all = new @Nullable StayingKeys[buckets];
  }

  /** The list of a bucket. */
  StayingKeys of(int bucket) {
    StayingKeys its = all[bucket];
    if (its == null) {
      its = new StayingKeys(bucket, links, pool::chargeListed);
      all[bucket] = its;
    }
    return its;
  }

  /** The list of a bucket; null if there was never one. */
  @Nullable StayingKeys find(int bucket) {
    return all[bucket];
  }

  /** Whether the connection between {@code ends} is in the list of {@code bucket}. */
  boolean contains(int bucket, ConnectionEnds ends) {
    StayingKeys its = all[bucket];
    return its != null && its.contains(ends);
  }

  /** How many connections are in lists. */
  int size() {
    int sum = 0;
    for (StayingKeys each : all) {
      sum += each == null ? 0 : each.size();
    }
    return sum;
  }

  /** Whether the heap has room for a list of so many connections. */
  boolean hasRoomFor(int connections) {
    return pool.hasRoomFor((long) connections * ConnectionEnds.HEAP_BYTES);
  }

  /** Lists connections, and tells their owner of them, as far as this call permits. */
  void tellSome(StayingKeys its, @Nullable StayingBucket staying, long nowNanos) {
    if (staying != null && staying.ends.isListing()) {
      budget.use(staying.ends.listSome(budget.left(nowNanos), its, nowNanos));
    }
    if (its.isToBeTold()) {
      budget.use(its.tellSome(budget.left(nowNanos)));
    }
  }

  /** Notes what the owner of a bucket knows of its list. */
  void onApplied(NodeId from, Applied applied, long nowNanos) {
    StayingKeys its = all[applied.bucket()];
    if (its != null) {
      its.noteApplied(from, applied.epoch(), applied.number(), nowNanos);
    }
  }

  /** When something of a list is to be sent, or some more can be listed or told. */
  long dueNanos(int bucket, @Nullable StayingBucket staying) {
    StayingKeys its = all[bucket];
    if (its == null) {
      return NEVER;
    }
    boolean hasMore = its.isToBeTold() || (staying != null && staying.ends.isListing());
    return Math.min(its.dueNanos(), hasMore ? budget.dueNanos() : NEVER);
  }
}
