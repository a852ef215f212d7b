package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessageCodec;
import dev.midstream.engines.node.NodeSurroundings;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.packet.Packet;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries what machines send to each other: messages of nodes and of logs, and packets. */
final class Post {
  private final EngineCluster cluster;

  Post(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** What the process of {@code machine} wants of it. */
  NodeSurroundings of(Machine machine) {
    return new Outside(machine);
  }

  private void send(Machine machine, NodeId to, ClusterMessage message) {
    if (cluster.carrier.nodeLoss.loses(machine, cluster.machineOf(to), message)) {
      return;
    }
    NodeId from = machine.id();
    deliver(machine, to, other -> cluster.step(other, new ClusterInput.Received(from, message)));
  }

  private void deliver(Machine from, NodeId to, Consumer<Machine> arrival) {
    Machine other = cluster.machineOf(to);
    if (!cluster.carrier.reaches(from, other) || cluster.carrier.loses()) {
      return;
    }
    cluster.at(
        cluster.carrier.arrivalNanos(from, other, cluster.now()),
        () -> {
          if (other.runs(to) && cluster.carrier.reaches(from, other)) {
            cluster.run(other, () -> arrival.accept(other));
          }
        });
  }

  /** What the process of a machine wants of it. */
  private final class Outside implements NodeSurroundings {
    private final Machine machine;

    Outside(Machine machine) {
      this.machine = machine;
    }

    @Override
    public void send(NodeId to, LogMessage message) {
      if (cluster.carrier.logLoss.loses(machine, cluster.machineOf(to), message)) {
        return;
      }
      NodeId from = machine.id();
      StateWriter octets = new StateWriter();
      boolean isReadable = cluster.machineOf(to) != cluster.carrier.deaf;
      LogMessageCodec.write(isReadable ? message : unreadable(message), octets);
      byte[] written = octets.toOctets();
      for (int i = 0; i < (cluster.carrier.repeats() ? 2 : 1); i++) {
        deliver(machine, to, other -> receive(other, from, written));
      }
    }

    @Override
    public void send(NodeId to, ClusterMessage message) {
      Post.this.send(machine, to, message);
    }

    @Override
    public void perform(ClusterEffect effect) {
      cluster.perform(machine, effect);
    }

    @Override
    public void onInput(ClusterInput input) {
      cluster.onInput(machine, input);
    }

    @Override
    public void onEffect(ClusterEffect effect) {
      cluster.onEffect(machine, effect);
    }

    @Override
    public void onPacket(Packet packet) {
      cluster.arrivals.accept(packet);
    }

    @Override
    public void redirect(int bucket, Packet packet) {
      AllocationTable table = machine.node().table();
      NodeId owner = table == null ? null : table.bucket(bucket).owner();
      if (cluster.redirects && owner != null && !owner.equals(machine.id())) {
        SentFrame frame = SentFrame.of(packet);
        deliver(machine, owner, other -> cluster.pass(other, bucket, frame));
      }
    }
  }

  private void receive(Machine machine, NodeId from, byte[] octets) {
    @Nullable LogMessage message = LogMessageCodec.read(octets);
    if (message == null) {
      throw new AssertionError("a message cannot be read");
    }
    if (cluster.isTraced) {
      cluster.trace(machine + " <= " + text(message) + " of " + from);
    }
    machine
        .process()
        .receive(from, message, machine.clock(cluster.now()), cluster.outputOf(machine));
  }

  private static LogMessage unreadable(LogMessage message) {
    if (!(message instanceof LogMessage.Append append)) {
      return message;
    }
    List<byte[]> records = Collections.nCopies(append.records().size(), new byte[] {99});
    return new LogMessage.Append(
        append.bucket(), append.epoch(), append.since(), append.first(), append.baseEnd(), records);
  }

  private static String text(LogMessage message) {
    return message instanceof LogMessage.Append append
        ? "Append bucket="
            + append.bucket()
            + " first="
            + append.first()
            + " +"
            + append.records().size()
        : message.toString();
  }
}
