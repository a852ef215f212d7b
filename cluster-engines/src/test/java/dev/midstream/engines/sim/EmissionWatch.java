package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * What engines send: only with a lease, and never two for one connection at the same time, nor for
 * one bucket unless connections stay with a node that does not own it; and what they get: nothing
 * that a machine has sent.
 */
final class EmissionWatch {
  private final EngineCluster cluster;
  private final FrameView frame = new FrameView();

  EmissionWatch(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** What the engines of {@code machine} send to {@code out}. */
  PacketOutput watched(Machine machine, PacketOutput out) {
    return packet -> {
      if (!cluster.carrier.sends.test(machine)) {
        return;
      }
      note(machine, packet);
      out.emit(packet);
    };
  }

  /** An engine of {@code machine} sends {@code packet}. */
  void note(Machine machine, Packet packet) {
    int bucket = cluster.buckets.of(packet);
    ConnectionEnds ends = endsOf(packet);
    requireOwner(machine, bucket, ends);
    cluster.emissions.accept(machine, bucket);
    cluster.departures.accept(machine, packet);
  }

  /** The ends of a segment; null for what is none. */
  private @Nullable ConnectionEnds endsOf(Packet packet) {
    return frame.read(packet) == FrameKind.TCP ? ConnectionEnds.of(frame) : null;
  }

  private void requireOwner(Machine machine, int bucket, @Nullable ConnectionEnds ends) {
    if (!mayEmit(machine, bucket, ends)) {
      throw new AssertionError(machine + " sends without a lease: bucket=" + bucket);
    }
    for (Machine other : cluster.machines) {
      if (other != machine && mayEmit(other, bucket, ends)) {
        throw new AssertionError("two owners: bucket=" + bucket + " " + machine + " " + other);
      }
    }
  }

  private boolean mayEmit(Machine machine, int bucket, @Nullable ConnectionEnds ends) {
    AllocationTable table = machine.isOn() ? machine.node().table() : null;
    if (ends == null || table == null || table.stayer(bucket) == null) {
      return machine.mayEmit(bucket, cluster.now());
    }
    return machine.sending(bucket, ends, cluster.now()) != null;
  }

  /** Whether {@code packet} is of a connection that stays with another machine. */
  boolean staysElsewhere(Machine machine, Packet packet) {
    int bucket = cluster.buckets.of(packet);
    ConnectionEnds ends = endsOf(packet);
    return ends != null && machine.engines(bucket).staying().elsewhere(bucket, ends) != null;
  }

  /** An engine of {@code machine} gets a packet, or it is passed on to one. */
  void requireOfEnd(Machine machine, Packet packet) {
    if (SentFrame.isOfCluster(packet)) {
      throw new AssertionError(machine + " takes what another one sent for what an end did");
    }
  }
}
