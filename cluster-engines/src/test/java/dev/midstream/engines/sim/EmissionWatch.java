package dev.midstream.engines.sim;

import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * What engines send: only with a lease, and never two for one bucket at the same time; and what
 * they get: nothing that a machine has sent.
 */
final class EmissionWatch {
  private final EngineCluster cluster;

  EmissionWatch(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** What the engines of {@code machine} send to {@code out}. */
  PacketOutput watched(Machine machine, PacketOutput out) {
    return packet -> {
      int bucket = cluster.buckets.of(packet);
      requireOwner(machine, bucket);
      cluster.emissions.accept(machine, bucket);
      cluster.departures.accept(packet);
      out.emit(packet);
    };
  }

  private void requireOwner(Machine machine, int bucket) {
    if (!machine.mayEmit(bucket, cluster.now())) {
      throw new AssertionError(machine + " sends without a lease: bucket=" + bucket);
    }
    for (Machine other : cluster.machines) {
      if (other != machine && other.mayEmit(bucket, cluster.now())) {
        throw new AssertionError("two owners: bucket=" + bucket + " " + machine + " " + other);
      }
    }
  }

  /** An engine of {@code machine} gets a packet, or it is passed on to one. */
  void requireOfEnd(Machine machine, Packet packet) {
    if (SentFrame.isOfCluster(packet)) {
      throw new AssertionError(machine + " takes what another one sent for what an end did");
    }
  }
}
