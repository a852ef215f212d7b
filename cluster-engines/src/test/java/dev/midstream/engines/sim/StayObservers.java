package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.message.LogMessage;
import java.util.function.BiConsumer;

/** See what it takes that connections stay with a machine that hands their buckets over. */
final class StayObservers {
  /** Sees which bucket a machine is about to stop. */
  BiConsumer<Machine, ClusterEffect.StopBucket> stops = (machine, stop) -> {};

  /** Sees which table a worker of a machine obeys from now on. */
  TableObserver obeyed = (machine, worker, table) -> {};

  /** Sees each message of a log that a machine is about to receive. */
  BiConsumer<Machine, LogMessage> logged = (machine, message) -> {};

  /** Sees which table a worker of a machine obeys. */
  @FunctionalInterface
  interface TableObserver {
    void obeys(Machine machine, int worker, AllocationTable table);
  }
}
