package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.log.StayingList;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.reassembly.flow.ConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The lists of connections that stay at other nodes, of each bucket of this node, within the heap
 * for connections.
 */
final class ReceivedLists {
  private final ConnectionPool pool;
  private final @Nullable StayingList[] all;

  /** No list of {@code buckets} buckets. */
  ReceivedLists(int buckets, ConnectionPool pool) {
    this.pool = pool;
    all = new @Nullable StayingList[buckets];
  }

  /** The list of a bucket; null if none has come. */
  @Nullable StayingList of(int bucket) {
    return all[bucket];
  }

  /** The list of which a message is, which begins with it unless it has come before. */
  StayingList take(NodeId from, Append append) {
    StayingList known = all[append.bucket()];
    if (known != null && known.isOf(from, append.epoch())) {
      return known;
    }
    forget(append.bucket());
    StayingList next = new StayingList(append.bucket(), append.epoch(), from, pool::chargeListed);
    all[append.bucket()] = next;
    return next;
  }

  /** The list of a bucket is of no use any more. */
  void forget(int bucket) {
    StayingList before = all[bucket];
    if (before != null) {
      before.clear();
    }
    all[bucket] = null;
  }

  /** Whether the connection between {@code ends}, which is of {@code bucket}, is elsewhere. */
  boolean contains(int bucket, ConnectionEnds ends) {
    StayingList list = all[bucket];
    return list != null && list.contains(ends);
  }

  /** Where the connection between {@code ends} stays; null if it does not. */
  @Nullable NodeId placeOf(int bucket, ConnectionEnds ends) {
    StayingList list = all[bucket];
    return list != null && list.contains(ends) ? list.from() : null;
  }

  /** Whether packets of {@code bucket} must be looked at. */
  boolean isAny(int bucket) {
    StayingList list = all[bucket];
    return list != null && !list.isEmpty();
  }

  /** How many connections stay elsewhere. */
  int size() {
    int sum = 0;
    for (StayingList each : all) {
      sum += each == null ? 0 : each.size();
    }
    return sum;
  }
}
