package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Machines with engines, their network and their group layer, as one box between the ends of
 * connections.
 */
final class EngineCluster implements Box {
  static final long MILLI = 1_000_000;

  /** Connections that differ in their ports only fall in different buckets. */
  private static final BucketKey KEY =
      new BucketKey(0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1);

  final RandomGenerator random;
  final List<Machine> machines;
  final Carrier carrier;
  final Buckets buckets;
  final ClusterSettings settings;
  private final LogSettings logSettings;
  private final Function<Machine, BucketEngineFactory> engines;
  private final EventQueue time = new EventQueue();
  private final Views views;
  private final Post post = new Post(this);
  private final Probes probes = new Probes(this);
  final EmissionWatch watch = new EmissionWatch(this);
  final Segments segments = new Segments(this);
  private PacketOutput output =
      packet -> {
        throw new IllegalStateException("nothing is sent outside of a call");
      };

  boolean isTraced;

  /** Sees who sends a packet, and of which bucket. */
  BiConsumer<Machine, Integer> emissions = (machine, bucket) -> {};

  /** Sees which bucket a machine is about to open. */
  BiConsumer<Machine, ClusterEffect.OpenBucket> openings = (machine, open) -> {};

  /** Sees what it takes that connections stay with a machine. */
  final StayObservers staying = new StayObservers();

  /** Sees each packet that an engine is about to process. */
  Consumer<Packet> arrivals = packet -> {};

  /** Sees each packet that an engine of a machine sends. */
  BiConsumer<Machine, Packet> departures = (machine, packet) -> {};

  /** Called before each call of a process. */
  Runnable calls = () -> {};

  /** Sees each table that is agreed on. */
  Consumer<AllocationTable> tables = table -> {};

  private long opened;
  private long steps;

  EngineCluster(
      RandomGenerator random,
      ClusterSettings settings,
      LogSettings logSettings,
      Function<Machine, BucketEngineFactory> engines,
      List<Machine> machines) {
    this.random = random;
    this.settings = settings;
    this.logSettings = logSettings;
    this.engines = engines;
    this.machines = machines;
    carrier = new Carrier(random, machines.size());
    views = new Views(this);
    buckets = new Buckets(new BucketHash(KEY, settings.buckets()));
  }

  long now() {
    return time.nowNanos();
  }

  void trace(String line) {
    if (isTraced) {
      System.out.printf("%,15d %s%n", now() / 1000, line);
    }
  }

  /** Does something at {@code nanos}. */
  void at(long nanos, Runnable action) {
    time.at(nanos, at -> action.run());
  }

  /** Does something between these times from now, in milliseconds. */
  void later(long fromMillis, long toMillis, Runnable action) {
    long delay = random.nextLong(fromMillis * MILLI, toMillis * MILLI);
    time.at(now() + delay, at -> action.run());
  }

  // ---- the box

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    runTo(nowNanos, out);
    segments.arrive(SentFrame.ofEnd(packet));
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    runTo(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    long nanos = time.nextNanos();
    for (Machine each : machines) {
      if (each.isRunning() && !each.isStopped) {
        nanos = Math.min(nanos, each.nextDeadlineNanos());
      }
    }
    return nanos;
  }

  private void runTo(long nowNanos, PacketOutput out) {
    output = out;
    while (time.nextNanos() <= nowNanos) {
      time.runNext();
    }
    time.advanceTo(nowNanos);
    for (Machine each : machines) {
      for (int worker = 0; each.isOn() && worker < each.all().size(); worker++) {
        each.runTimer(worker, this);
      }
    }
  }

  /** It is {@code nowNanos}, and nothing was due until then. */
  void advanceTo(long nowNanos) {
    time.advanceTo(nowNanos);
  }

  /** What leaves the box. */
  PacketOutput output() {
    return output;
  }

  /** What the engines of a machine send by its own ports. */
  PacketOutput outputOf(Machine machine) {
    return watch.watched(machine, segments.portsOf(machine));
  }

  // ---- machines

  void start(Machine machine) {
    if (machine.isRunning()) {
      return;
    }
    ClusterSettings own = machine.isDispatcher ? ClusterStory.ofDispatcher(settings) : settings;
    machine.start(own, now(), new ProcessMaker(this, post, machine, logSettings, engines));
    trace(machine + " starts as " + machine.id());
    tickLater(machine, machine.id());
    probes.ofLegs(machine, machine.id());
    views.changeSoon(20, 300);
  }

  /** Whether packets reach the nodes by dispatchers only, and leave by them. */
  boolean isDispatched() {
    return !settings.dispatchers().isEmpty();
  }

  /** The process is killed; its machine refuses connections from then on. */
  void kill(Machine machine) {
    if (!machine.isRunning()) {
      return;
    }
    trace(machine + " is killed");
    NodeId gone = machine.id();
    machine.end();
    for (Machine other : machines) {
      if (other != machine && random.nextInt(8) != 0) {
        later(1, 20, () -> probes.verify(other, gone));
      }
    }
    views.changeSoon(5, 60);
  }

  /** The machine is gone, with everything on it. */
  void crash(Machine machine) {
    trace(machine + " crashes");
    machine.end();
    machine.isUp = false;
    views.changeSoon(400, 450);
  }

  void stop(Machine machine) {
    if (machine.isRunning()) {
      trace(machine + " is stopped");
      machine.isStopped = true;
      views.changeSoon(400, 450);
    }
  }

  void resume(Machine machine) {
    if (machine.isStopped) {
      trace(machine + " goes on");
      machine.isStopped = false;
      while (!machine.queued.isEmpty() && machine.isRunning()) {
        machine.queued.removeFirst().run();
      }
      segments.goOn(machine);
      views.changeSoon(100, 500);
    }
  }

  void cut(int side) {
    trace("the network is cut: " + Integer.toBinaryString(side));
    carrier.cut(side);
    views.changeSoon(400, 450);
  }

  void heal() {
    trace("the network is whole");
    carrier.cut(0);
    views.changeSoon(100, 1000);
  }

  // ---- inputs

  /** Runs what a process does, at once or when it goes on. */
  void run(Machine machine, Runnable action) {
    if (!machine.isRunning()) {
      return;
    }
    if (machine.isStopped) {
      machine.queued.add(() -> run(machine, action));
      return;
    }
    calls.run();
    action.run();
    showTable(machine);
  }

  void input(Machine machine, ClusterInput input) {
    run(machine, () -> step(machine, input));
  }

  void step(Machine machine, ClusterInput input) {
    WorkerEngines first = machine.worker(0);
    Siblings all = machine.siblings();
    if (first != null) {
      stepNow(machine, input);
    } else if (all != null) {
      all.keep(input);
    }
  }

  /** The first worker, which has done what the others have told it, processes {@code input}. */
  void stepNow(Machine machine, ClusterInput input) {
    long clock = machine.clock(now());
    if (input instanceof ClusterInput.Tick) {
      machine.delivery().tick(clock);
    }
    machine.process().input(input, clock, outputOf(machine));
    afterCall(machine, 0);
  }

  /** Does what may not be done during a call of a worker, which may have ended the process. */
  void afterCall(Machine machine, int worker) {
    if (!machine.isRunning()) {
      return;
    }
    long clock = machine.clock(now());
    if (worker == 0) {
      machine.delivery().afterCall(machine.node(), clock, segments.portsOf(machine));
    } else {
      machine.delivery(worker).playWaiting(clock, segments.portsOf(machine));
    }
  }

  /** A process is about to process {@code input}. */
  void onInput(Machine machine, ClusterInput input) {
    if (isTraced && !(input instanceof ClusterInput.Tick)) {
      trace(machine + " <- " + input);
    }
    showTable(machine);
    steps++;
  }

  /** A process is about to do something. */
  void onEffect(Machine machine, ClusterEffect effect) {
    trace(machine + " -> " + effect);
    if (effect instanceof ClusterEffect.Send send
        && send.message() instanceof ClusterMessage.Install install) {
      tables.accept(install.table());
    }
    if (effect instanceof ClusterEffect.StopBucket stop) {
      staying.stops.accept(machine, stop);
    }
    if (effect instanceof ClusterEffect.OpenBucket open) {
      opened++;
      openings.accept(machine, open);
    }
  }

  private void showTable(Machine machine) {
    AllocationTable table = machine.isRunning() ? machine.node().table() : null;
    if (table != null && machine.node().isCoordinator(machine.clock(now()))) {
      tables.accept(table);
    }
  }

  /** How many steps all nodes have made. */
  long steps() {
    return steps;
  }

  /** How many times a bucket was opened. */
  long opened() {
    return opened;
  }

  private void tickLater(Machine machine, NodeId life) {
    long tick = settings.tickNanos() * 9 / 10 - random.nextLong(settings.tickNanos() / 5);
    time.at(
        now() + tick,
        at -> {
          if (machine.runs(life)) {
            if (!machine.isStopped) {
              input(machine, new ClusterInput.Tick());
              run(machine, () -> tickShares(machine));
            }
            tickLater(machine, life);
          }
        });
  }

  private void tickShares(Machine machine) {
    long clock = machine.clock(now());
    for (int worker = 1; worker <= machine.shares().size(); worker++) {
      machine.delivery(worker).tick(clock);
      machine.shares().get(worker - 1).tick(clock, outputOf(machine));
    }
  }

  Machine machineOf(NodeId node) {
    return machines.stream()
        .filter(each -> each.address.equals(node.address()))
        .findFirst()
        .orElseThrow();
  }

  // ---- effects

  /** Does what no engine does of an effect. */
  void perform(Machine machine, ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.Verify verify -> later(1, 5, () -> probes.verify(machine, verify.node()));
      case ClusterEffect.Probe probe -> later(1, 5, () -> probes.answer(machine, probe));
      case ClusterEffect.AskListeners ask ->
          later(0, 20, () -> input(machine, new ClusterInput.JoinVerdict(ask.node(), null)));
      case ClusterEffect.StepDown down -> {
        machine.endWith(down.order());
        views.changeSoon(5, 60);
        later(1, 50, () -> start(machine));
      }
      case ClusterEffect.Left left -> {
        machine.end();
        machine.hasLeft = true;
        views.changeSoon(5, 60);
      }
      default -> {
        // carried out by the engines, or of no consequence here
      }
    }
  }

  /** The machines that run. */
  List<Machine> running() {
    return machines.stream().filter(Machine::isRunning).toList();
  }
}
