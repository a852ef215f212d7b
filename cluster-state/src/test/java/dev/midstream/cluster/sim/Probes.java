package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;

/** What hosts learn of each other's processes by connecting to them, and by probes of legs. */
final class Probes {
  private final SimulatedCluster cluster;

  Probes(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Probes on the forwarding interfaces, which reach every host that runs. Nodes behind dispatchers
   * have none.
   */
  void ofLegs(Host host, NodeId life) {
    if (!cluster.settings.dispatchers().isEmpty()) {
      return;
    }
    cluster.time.at(
        cluster.now() + 40 * MILLI + cluster.random.nextLong(10 * MILLI),
        at -> {
          if (host.runs(life)) {
            host.owesProbe = true;
            sendOwed(host);
            ofLegs(host, life);
          }
        });
  }

  /** Sends a probe that is due; a process that is paused does so as soon as it goes on. */
  void sendOwed(Host host) {
    if (!host.owesProbe || !host.isRunning() || host.isPaused()) {
      return;
    }
    host.owesProbe = false;
    AllocationTable table = host.node().table();
    if (table != null && table.voterIds().size() <= 2) {
      long round = host.node().round();
      cluster.hosts.forEach(other -> ofLeg(host, other, round));
    }
  }

  private void ofLeg(Host host, Host other, long round) {
    NodeId from = host.id();
    if (other != host) {
      cluster.later(
          MILLI / 10, MILLI, () -> cluster.input(other, new ClusterInput.LegHeard(from, round)));
    }
  }

  /** Connects to the port of {@code gone}, and tells {@code host} what it found. */
  void verify(Host host, NodeId gone) {
    Host of = cluster.hostOf(gone);
    if (of.isUp && !of.runs(gone) && cluster.network.reaches(host.number, of.number)) {
      cluster.input(host, new ClusterInput.ProvedDead(gone));
    }
    answer(host, of);
  }

  /** A process that {@code host} asks says that it lives. */
  private void answer(Host host, Host of) {
    boolean reaches = of.isAnswering() && cluster.network.reaches(host.number, of.number);
    if (of != host && reaches) {
      cluster.input(host, new ClusterInput.Answered(of.address));
    }
  }

  /** Connects to an address, and tells {@code host} what it found. */
  void answer(Host host, ClusterEffect.Probe probe) {
    for (Host other : cluster.hosts) {
      boolean refuses = other.address.equals(probe.address()) && other.isUp && !other.isRunning();
      if (refuses && cluster.network.reaches(host.number, other.number)) {
        cluster.input(host, new ClusterInput.Absent(probe.address(), probe.number()));
      }
      if (other.address.equals(probe.address())) {
        answer(host, other);
      }
    }
  }
}
