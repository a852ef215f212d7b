package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings;

/** What machines learn of each other's processes by connecting to them, and by probes of legs. */
final class Probes {
  private final EngineCluster cluster;

  Probes(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** Probes on the forwarding interfaces, which reach every machine that runs. */
  void ofLegs(Machine machine, NodeId life) {
    cluster.later(
        40,
        50,
        () -> {
          if (machine.runs(life)) {
            AllocationTable table = machine.node().table();
            boolean isPair = table != null && table.voterIds().size() <= 2;
            if (!machine.isStopped && isPair && !cluster.isDispatched()) {
              long round = machine.node().round();
              cluster.machines.stream()
                  .filter(other -> other != machine)
                  .forEach(other -> cluster.input(other, new ClusterInput.LegHeard(life, round)));
            }
            ofLegs(machine, life);
          }
        });
  }

  /** Connects to the port of {@code gone}, and tells {@code machine} what it found. */
  void verify(Machine machine, NodeId gone) {
    Machine of = cluster.machineOf(gone);
    if (of.isUp && !of.runs(gone) && cluster.carrier.reaches(machine, of)) {
      cluster.input(machine, new ClusterInput.ProvedDead(gone));
    }
    answer(machine, of);
  }

  /** A process that {@code machine} asks says that it lives, to nodes that may go on alone. */
  private void answer(Machine machine, Machine of) {
    boolean reaches = of.isOn() && cluster.carrier.reaches(machine, of);
    if (of != machine && reaches && cluster.settings.lone() == ClusterSettings.Lone.CONTINUE) {
      cluster.input(machine, new ClusterInput.Answered(of.address));
    }
  }

  /** Connects to an address, and tells {@code machine} what it found. */
  void answer(Machine machine, ClusterEffect.Probe probe) {
    for (Machine other : cluster.machines) {
      boolean refuses = other.address.equals(probe.address()) && other.isUp && !other.isRunning();
      if (refuses && cluster.carrier.reaches(machine, other)) {
        cluster.input(machine, new ClusterInput.Absent(probe.address(), probe.number()));
      }
      if (other.address.equals(probe.address())) {
        answer(machine, other);
      }
    }
  }
}
