package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.node.EngineNode;
import dev.midstream.engines.node.EngineShare;
import dev.midstream.engines.node.WorkerDelivery;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.BucketShare;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Makes the workers of a process. */
final class ProcessMaker {
  private final EngineCluster cluster;
  private final Post post;
  private final Machine machine;
  private final LogSettings log;
  private final Function<Machine, BucketEngineFactory> engines;

  ProcessMaker(
      EngineCluster cluster,
      Post post,
      Machine machine,
      LogSettings log,
      Function<Machine, BucketEngineFactory> engines) {
    this.cluster = cluster;
    this.post = post;
    this.machine = machine;
    this.log = log;
    this.engines = engines;
  }

  EngineNode node(ClusterNode state) {
    return new EngineNode(
        state, machine.workers, cluster.buckets, log, engines.apply(machine), post.of(machine));
  }

  EngineShare share(int worker, EngineNode node) {
    return EngineShare.of(
        machine.id(),
        node.lease(),
        new BucketShare(worker, machine.workers),
        cluster.buckets,
        log,
        engines.apply(machine),
        post.of(machine, worker));
  }

  /** How packets get to each worker, and by it to others. */
  List<WorkerDelivery> deliveries() {
    return IntStream.range(0, machine.workers)
        .mapToObj(worker -> post.delivery(machine, worker))
        .toList();
  }

  /** The queues between the workers. */
  Siblings siblings() {
    return new Siblings(cluster, machine, machine.workers);
  }
}
