package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.worker.StaySteps;
import java.util.random.RandomGenerator;

/**
 * In what steps connections are listed and given that stay with a node, and what happens between
 * two steps: the node dies, or the owner of the bucket, or that gets another owner, or the node is
 * to give what it lists.
 */
final class StepFaults {
  private static final long MILLI = EngineCluster.MILLI;
  private static final long MOST_REST_NANOS = 30 * MILLI;
  private static final long LOOK_NANOS = MILLI;
  private static final int LOOKS = 6_000;
  private static final long MOST_DEAD_MILLIS = 1_500;

  private final RandomGenerator random;
  private final EngineCluster cluster;
  private final ClusterFaults faults;
  private boolean isRepaired;
  private int strikes;

  /** Draws what happens from {@code random}; {@code faults} counts the nodes that leave. */
  StepFaults(RandomGenerator random, EngineCluster cluster, ClusterFaults faults) {
    this.random = random;
    this.cluster = cluster;
    this.faults = faults;
  }

  /** Draws steps, and looks what is done in them. */
  void begin() {
    int connections = 1 + random.nextInt(2);
    cluster.staying.steps =
        new StaySteps(
            connections, random.nextLong(MOST_REST_NANOS), random.nextLong(MOST_REST_NANOS));
    var before = cluster.staying.stops;
    cluster.staying.stops =
        (machine, stop) -> {
          before.accept(machine, stop);
          if (stop.stays()) {
            look(machine, machine.id(), stop, LOOKS);
          }
        };
  }

  /** Nothing happens any more. */
  void repair() {
    isRepaired = true;
  }

  /** How often something happened between two steps. */
  int strikes() {
    return strikes;
  }

  private void look(Machine machine, NodeId life, ClusterEffect.StopBucket stop, int left) {
    cluster.at(
        cluster.now() + LOOK_NANOS,
        () -> {
          if (isRepaired || left == 0 || !machine.runs(life)) {
            return;
          }
          int bucket = stop.bucket();
          if (machine.engines(bucket).staying().isBetweenSteps(bucket) && random.nextInt(4) == 0) {
            strikes++;
            strike(machine, bucket, stop.to());
          } else {
            look(machine, life, stop, left - 1);
          }
        });
  }

  private void strike(Machine machine, int bucket, NodeId taker) {
    AllocationTable table = machine.node().table();
    NodeId owner = table == null ? null : table.bucket(bucket).owner();
    switch (random.nextInt(5)) {
      case 0 -> kill(machine);
      case 1 -> kill(cluster.machineOf(owner == null ? taker : owner));
      case 2 -> faults.give(machine);
      case 3 -> {
        kill(cluster.machineOf(taker));
        kill(machine);
      }
      default -> {
        Machine to = cluster.machines.get(random.nextInt(cluster.machines.size()));
        if (to.isRunning()) {
          cluster.input(to, new ClusterInput.Move(bucket, to.id()));
        }
      }
    }
  }

  private void kill(Machine machine) {
    cluster.kill(machine);
    cluster.at(
        cluster.now() + random.nextLong(MOST_DEAD_MILLIS * MILLI),
        () -> {
          if (!machine.hasLeft && !isRepaired) {
            cluster.start(machine);
          }
        });
  }
}
