package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.StaySteps;
import dev.midstream.reassembly.flow.ConnectionPool;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** What it takes that connections stay with a machine that hands their buckets over. */
final class StayObservers {
  /** In what steps connections are listed and given. */
  StaySteps steps = StaySteps.USUAL;

  /** What is charged with lists of them, in place of the heap for connections of a worker. */
  UnaryOperator<ConnectionPool> pools = UnaryOperator.identity();

  /** Sees which bucket a machine is about to stop. */
  BiConsumer<Machine, ClusterEffect.StopBucket> stops = (machine, stop) -> {};

  /** Sees a message of a log before a machine receives it. */
  @FunctionalInterface
  interface LogObserver {
    void receives(Machine machine, NodeId from, LogMessage message);
  }

  /** Sees which table a worker of a machine obeys from now on. */
  TableObserver obeyed = (machine, worker, table) -> {};

  /** Sees each message of a log that a machine is about to receive. */
  LogObserver logged = (machine, from, message) -> {};

  /** Sees which table a worker of a machine obeys. */
  @FunctionalInterface
  interface TableObserver {
    void obeys(Machine machine, int worker, AllocationTable table);
  }
}
