package dev.midstream.engines.sim;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How frames get to the machines: over two segments that all of them share, on which each takes the
 * buckets that its filter accepts, and hears the others too; or by a switch that gives each frame
 * to any one of them, or to any dispatcher.
 */
final class Segments {
  private static final long MICRO = 1_000;
  private static final long MOST_MICROS_TO_OTHERS = 5;

  private final EngineCluster cluster;

  /** When the last frame is processed that waits in a ring. */
  private final Map<Ring, Long> last = new HashMap<>();

  /** Whether each frame arrives at one machine only. */
  boolean redirects;

  /** How long a frame waits at most in the ring of a machine that runs; 0 if not at all. */
  long mostRingNanos;

  /** What a worker of a machine has received from a segment. */
  private record Ring(Machine machine, int worker, Leg leg) {}

  Segments(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** A frame of an end arrives. */
  void arrive(SentFrame frame) {
    if (!redirects) {
      spread(frame, null);
      return;
    }
    List<Machine> running =
        cluster.running().stream()
            .filter(each -> each.isDispatcher == cluster.isDispatched())
            .toList();
    if (!running.isEmpty()) {
      Machine machine = running.get(cluster.random.nextInt(running.size()));
      int bucket = cluster.buckets.of(frame.packet(cluster.now()));
      take(machine, machine.receiverOf(bucket), frame);
    }
  }

  /**
   * The ports of {@code machine}. What leaves by them others hear on the same segment. A node
   * behind dispatchers has none: what it sends leaves by one of these.
   */
  PacketOutput portsOf(Machine machine) {
    if (cluster.isDispatched() && !machine.isDispatcher) {
      return packet -> {
        int bucket = cluster.buckets.of(packet);
        boolean ignored = machine.delivery(machine.workerOf(bucket)).leave(bucket, packet);
      };
    }
    return packet -> {
      if (!redirects) {
        SentFrame frame = SentFrame.ofCluster(packet);
        long micros = 1 + cluster.random.nextLong(MOST_MICROS_TO_OTHERS);
        cluster.at(cluster.now() + micros * MICRO, () -> spread(frame, machine));
      }
      cluster.output().emit(packet);
    };
  }

  /** Shows a frame to all machines but its sender: those take it that accept its bucket now. */
  private void spread(SentFrame frame, @Nullable Machine sender) {
    int bucket = cluster.buckets.of(frame.packet(cluster.now()));
    for (Machine each : cluster.machines) {
      if (each != sender && each.receives(bucket)) {
        take(each, each.receiverOf(bucket), frame);
      }
    }
  }

  /** A process goes on: it gets the frames that wait in its ring, after what else waits. */
  void goOn(Machine machine) {
    while (!machine.ring.isEmpty() && !machine.isStopped) {
      machine.ring.removeFirst().run();
    }
  }

  /** A worker of the process gets a frame in a moment, or when it goes on. */
  private void take(Machine machine, int worker, SentFrame frame) {
    NodeId life = machine.id();
    if (mostRingNanos == 0) {
      arrive(machine, life, worker, frame);
      return;
    }
    long due = cluster.now() + cluster.random.nextLong(mostRingNanos);
    long nanos = last.merge(new Ring(machine, worker, frame.leg()), due, Math::max);
    cluster.at(nanos, () -> arrive(machine, life, worker, frame));
  }

  private void arrive(Machine machine, NodeId life, int worker, SentFrame frame) {
    if (!machine.runs(life)) {
      return;
    }
    if (machine.isStopped) {
      machine.ring.add(() -> take(machine, worker, frame));
    } else {
      cluster.run(machine, () -> process(machine, worker, frame.packet(cluster.now())));
    }
  }

  private void process(Machine machine, int worker, Packet packet) {
    WorkerEngines engines = machine.worker(worker);
    if (engines != null) {
      PacketOutput out = cluster.outputOf(machine);
      long clock = machine.clock(cluster.now());
      forward(engines.onPacket(packet, clock, out), packet, out);
    }
  }

  /** Does what {@code disposition} says of a packet. */
  static void forward(Disposition disposition, Packet packet, PacketOutput out) {
    if (disposition == Disposition.FORWARD) {
      Leg leg = packet.leg().opposite();
      out.emit(packet.from(packet.linkType(), leg, 0, packet.timeNanos()));
    }
  }
}
