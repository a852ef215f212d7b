package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The queues between the workers of one process. What a worker is told waits for a while, but it
 * comes before anything else that the worker processes.
 */
final class Siblings {
  private static final long MOST_NANOS = 3_000_000;

  private final EngineCluster cluster;
  private final Machine machine;
  private final Random random;
  private final List<Deque<Runnable>> queues = new ArrayList<>();

  Siblings(EngineCluster cluster, Machine machine, int workers) {
    this.cluster = cluster;
    this.machine = machine;
    random = new Random(machine.id().hashCode());
    for (int worker = 0; worker < workers; worker++) {
      queues.add(new ArrayDeque<>());
    }
  }

  int workers() {
    return queues.size();
  }

  /** Whether a packet comes to any worker: it waited while the filters were replaced. */
  boolean strays() {
    return workers() > 1 && random.nextInt(16) == 0;
  }

  /** Any worker. */
  int any() {
    return random.nextInt(workers());
  }

  /** Has {@code worker} do something, some time later. */
  void post(int worker, Runnable action) {
    queues.get(worker).add(action);
    boolean isLate = random.nextInt(8) == 0;
    cluster.at(
        cluster.now() + (isLate ? random.nextLong(MOST_NANOS) : random.nextLong(20_000)),
        () -> cluster.run(machine, () -> drain(worker)));
  }

  /** The first worker is stuck: messages find no room, all else but ticks waits for it. */
  void keep(ClusterInput input) {
    boolean isLost = input instanceof ClusterInput.Received || input instanceof ClusterInput.Tick;
    if (!isLost) {
      queues.getFirst().add(() -> cluster.stepNow(machine, input));
    }
  }

  /** Has {@code worker} do what it was told, each in a call of its own. */
  void drain(int worker) {
    Deque<Runnable> queue = queues.get(worker);
    if (worker == machine.stuck) {
      return;
    }
    while (machine.siblings() == this && !queue.isEmpty()) { // until the process ends
      queue.removeFirst().run();
      cluster.calls.run();
    }
  }
}
