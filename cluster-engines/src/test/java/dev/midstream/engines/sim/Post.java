package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessageCodec;
import dev.midstream.engines.node.NodeDelivery;
import dev.midstream.engines.node.NodeStep;
import dev.midstream.engines.node.NodeSurroundings;
import dev.midstream.engines.node.ShareSurroundings;
import dev.midstream.engines.node.WorkerDelivery;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.redirect.HeldPacket;
import dev.midstream.engines.redirect.RedirectReceiver;
import dev.midstream.engines.redirect.Redirector.Carrier;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.engines.redirect.Redirector.Owner;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries what machines send to each other: messages of nodes and of logs, and packets. */
final class Post {
  private static final int DATAGRAM_BYTES = 1_472;

  private final EngineCluster cluster;

  Post(EngineCluster cluster) {
    this.cluster = cluster;
  }

  /** What the process of {@code machine} wants of it. */
  NodeSurroundings of(Machine machine) {
    return new Outside(machine, 0);
  }

  /** What a worker of it wants that is not the first one. */
  ShareSurroundings of(Machine machine, int worker) {
    return new Outside(machine, worker);
  }

  /** How packets get to a worker of {@code machine}, and by it to others. */
  WorkerDelivery delivery(Machine machine, int worker) {
    NodeId self = machine.id();
    Exit exit = cluster.segments.redirects ? Exit.OF_SENDER : Exit.OF_OWNER;
    Carrier carrier = (to, datagram, length) -> pass(machine, to, Arrays.copyOf(datagram, length));
    Owner owner = new PassedOn(machine, worker);
    return worker == 0
        ? new NodeDelivery(
            self, machine.workers, DATAGRAM_BYTES, exit, machine::receive, carrier, owner)
        : new WorkerDelivery(self, worker, DATAGRAM_BYTES, exit, carrier, owner);
  }

  /** What another machine or worker has passed on to a worker. */
  private final class PassedOn implements Owner {
    private final Machine machine;
    private final int worker;

    PassedOn(Machine machine, int worker) {
      this.machine = machine;
      this.worker = worker;
    }

    @Override
    public Disposition onPacket(int place, Packet packet, long clockNanos, PacketOutput out) {
      PacketOutput watched = cluster.watch.watched(machine, out);
      Disposition disposition = engines().onPacket(place, packet, clockNanos, watched);
      Segments.forward(disposition, packet, watched);
      return Disposition.TAKEN;
    }

    @Override
    public boolean mayEmit(int bucket, long clockNanos) {
      return engines().mayEmit(bucket, clockNanos);
    }

    private WorkerEngines engines() {
      return machine.all().get(worker);
    }
  }

  /** Carries a packet to another machine, in a datagram which others may overtake. */
  private void pass(Machine from, NodeId to, byte[] datagram) {
    Machine other = cluster.machineOf(to);
    if (!cluster.carrier.sends.test(from)) {
      return;
    }
    for (int i = 0; i < (cluster.carrier.repeats() ? 2 : 1); i++) {
      if (!cluster.carrier.loses()) {
        long nanos = cluster.carrier.datagramNanos(from, other, cluster.now());
        deliver(from, to, nanos, each -> receive(each, datagram));
      }
    }
  }

  private void receive(Machine machine, byte[] datagram) {
    int worker = machine.workerOf(RedirectReceiver.bucketOf(datagram));
    if (machine.worker(worker) != null) {
      long clock = machine.clock(cluster.now());
      machine.delivery(worker).receive(datagram, clock, cluster.segments.portsOf(machine));
      cluster.afterCall(machine, worker);
    }
  }

  private void send(Machine machine, NodeId to, ClusterMessage message) {
    boolean leaves = cluster.carrier.sends.test(machine);
    if (!leaves || cluster.carrier.nodeLoss.loses(machine, cluster.machineOf(to), message)) {
      return;
    }
    NodeId from = machine.id();
    Consumer<Machine> arrival =
        other -> cluster.step(other, new ClusterInput.Received(from, message));
    if (!message.isRepeated()) {
      deliver(machine, to, arrival);
      return;
    }
    Machine other = cluster.machineOf(to);
    for (int i = 0; i < (cluster.carrier.repeats() ? 2 : 1); i++) {
      if (cluster.carrier.carries(machine, other) && !cluster.carrier.loses()) {
        deliver(machine, to, cluster.carrier.anyNanos(cluster.now()), arrival);
      }
    }
  }

  private void deliver(Machine from, NodeId to, Consumer<Machine> arrival) {
    Machine other = cluster.machineOf(to);
    if (cluster.carrier.carries(from, other) && !cluster.carrier.loses()) {
      deliver(from, to, cluster.carrier.arrivalNanos(from, other, cluster.now()), arrival);
    }
  }

  private void deliver(Machine from, NodeId to, long nanos, Consumer<Machine> arrival) {
    Machine other = cluster.machineOf(to);
    cluster.at(
        nanos,
        () -> {
          if (other.runs(to) && cluster.carrier.carries(from, other)) {
            cluster.run(other, () -> arrival.accept(other));
          }
        });
  }

  /** What the process of a machine wants of it. */
  private final class Outside implements NodeSurroundings, ShareSurroundings {
    private final Machine machine;
    private final int worker;
    private final Siblings siblings;
    private final WorkerDelivery delivery;

    Outside(Machine machine, int worker) {
      this.machine = machine;
      this.worker = worker;
      siblings = Objects.requireNonNull(machine.siblings());
      delivery = machine.delivery(worker);
    }

    @Override
    public void share(int other, NodeStep step) {
      siblings.post(
          other,
          () -> {
            long clock = machine.clock(cluster.now());
            machine.shares().get(other - 1).carryOut(step, clock, cluster.outputOf(machine));
            cluster.afterCall(machine, other);
          });
    }

    @Override
    public void input(ClusterInput input) {
      siblings.post(0, () -> cluster.stepNow(machine, input));
    }

    @Override
    public void handOver(int place, Packet packet) {
      HeldPacket held = delivery.hold(place, packet);
      if (held != null) {
        int other = machine.workerOf(held.bucket());
        siblings.post(other, () -> play(machine, other, held));
      }
    }

    @Override
    public boolean announce(int bucket, byte[] record) {
      for (int other = 0; other < siblings.workers(); other++) {
        if (other != worker) {
          WorkerEngines told = machine.all().get(other);
          siblings.post(other, () -> told.hear(bucket, record, machine.clock(cluster.now())));
        }
      }
      return true;
    }

    @Override
    public void send(NodeId to, LogMessage message) {
      boolean leaves = cluster.carrier.sends.test(machine);
      if (!leaves || cluster.carrier.logLoss.loses(machine, cluster.machineOf(to), message)) {
        return;
      }
      NodeId from = machine.id();
      StateWriter octets = new StateWriter();
      boolean isReadable = cluster.carrier.isReadable(cluster.machineOf(to), message);
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
      if (!(delivery instanceof NodeDelivery first)) {
        return;
      }
      if (effect instanceof ClusterEffect.SetFilter now) {
        first.setOpen(now.buckets());
      }
      cluster.perform(machine, effect);
    }

    @Override
    public void onTable(AllocationTable agreed, long clockNanos, PacketOutput out) {
      delivery.obey(agreed);
      cluster.staying.obeyed.obeys(machine, worker, agreed);
    }

    @Override
    public void onInput(ClusterInput input) {
      cluster.onInput(machine, input);
    }

    @Override
    public void onEffect(ClusterEffect effect) {
      if (worker == 0 || BucketShare.bucketOf(effect) >= 0) {
        cluster.onEffect(machine, effect);
      }
    }

    @Override
    public void onPacket(Packet packet) {
      cluster.watch.requireOfEnd(machine, packet);
      if (!cluster.watch.staysElsewhere(machine, packet)) { // else it has not arrived yet
        cluster.arrivals.accept(packet);
      }
    }

    @Override
    public void redirect(int place, Packet packet) {
      if (delivery.redirect(place, packet)) {
        cluster.watch.requireOfEnd(machine, packet);
      }
    }

    @Override
    public boolean leave(int bucket, Packet packet) {
      boolean leaves = delivery.leaveStaying(bucket, packet);
      if (leaves) {
        cluster.watch.note(machine, packet);
      }
      return leaves;
    }
  }

  /** A worker processes a packet that another one of its process has handed over. */
  private void play(Machine machine, int worker, HeldPacket held) {
    long clock = machine.clock(cluster.now());
    machine.delivery(worker).play(held, clock, cluster.segments.portsOf(machine));
    cluster.afterCall(machine, worker);
  }

  private void receive(Machine machine, NodeId from, byte[] octets) {
    @Nullable LogMessage message = LogMessageCodec.read(octets);
    if (message == null) {
      throw new AssertionError("a message cannot be read");
    }
    if (cluster.isTraced) {
      cluster.trace(machine + " <= " + text(message) + " of " + from);
    }
    int number = machine.workerOf(message.bucket());
    WorkerEngines worker = machine.worker(number);
    if (worker != null) {
      cluster.staying.logged.receives(machine, from, message);
      worker.receive(from, message, machine.clock(cluster.now()), cluster.outputOf(machine));
      cluster.afterCall(machine, number);
    }
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
