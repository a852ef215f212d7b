package dev.midstream.engines.sim;

import dev.midstream.wire.packet.PacketOutput;

/** What machines send: only with a lease, and never two for one bucket at the same time. */
final class EmissionWatch {
  private final EngineCluster cluster;

  EmissionWatch(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** What {@code machine} sends. */
  PacketOutput outputOf(Machine machine) {
    return packet -> {
      int bucket = cluster.buckets.of(packet);
      if (!machine.mayEmit(bucket, cluster.now())) {
        throw new AssertionError(machine + " sends without a lease: bucket=" + bucket);
      }
      for (Machine other : cluster.machines) {
        if (other != machine && other.mayEmit(bucket, cluster.now())) {
          throw new AssertionError("two owners: bucket=" + bucket + " " + machine + " " + other);
        }
      }
      cluster.emissions.accept(machine, bucket);
      cluster.output().emit(packet);
    };
  }
}
