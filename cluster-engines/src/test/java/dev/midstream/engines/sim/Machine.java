package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.node.EngineNode;
import dev.midstream.engines.node.EngineShare;
import dev.midstream.engines.node.NodeDelivery;
import dev.midstream.engines.node.WorkerDelivery;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.worker.BucketEngines;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.reassembly.Engine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A machine of a cluster: its clock, and its process if one runs. */
final class Machine {
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);

  final int number;
  final NodeAddress address;

  /** What the process gets when it goes on, while it is stopped. */
  final Deque<Runnable> queued = new ArrayDeque<>();

  /** The frames that it gets then. */
  final Deque<Runnable> ring = new ArrayDeque<>();

  private double rate;
  private long zeroNanos;
  private @Nullable EngineNode process;
  private List<EngineShare> shares = List.of();

  /** The workers of the process; none without one. */
  private List<WorkerEngines> all = List.of();

  private List<WorkerDelivery> deliveries = List.of();
  private List<BitSet> received = List.of();
  private @Nullable Siblings siblings;
  private @Nullable NodeId id;
  private Member.@Nullable Role order;
  private int lives;

  /** The last view; empty before the first one, which some nodes wait for. */
  List<NodeId> view = List.of();

  /** Whether the machine is up: one that is down refuses no connection. */
  boolean isUp = true;

  boolean isStopped;

  /** The worker that does nothing, as in a slow call of an agent, while the others go on; or -1. */
  int stuck = -1;

  boolean hasLeft;

  /** Whether it passes packets on to the others, and gets no bucket. */
  boolean isDispatcher;

  /** How many workers the next process has. */
  int workers = 1;

  /** What the engines of each worker share. */
  final List<SharedMemory> memories = new ArrayList<>();

  Machine(int number, double rate) {
    this.number = number;
    this.rate = rate;
    zeroNanos = (number - 2) * 1_000_000_000_007L;
    address = NodeAddress.ofIpv4(0x0a090001 + number, 7800);
  }

  /** The machine's own clock, which begins anywhere. */
  long clock(long nowNanos) {
    return (long) (nowNanos * rate) + zeroNanos;
  }

  /** The clock goes on at another rate. */
  void drift(double otherRate, long nowNanos) {
    long shown = clock(nowNanos);
    rate = otherRate;
    zeroNanos += shown - clock(nowNanos);
  }

  /** When the machine's clock shows {@code clockNanos} at the earliest. */
  long whenClockShows(long clockNanos) {
    if (clockNanos == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    long nanos = (long) ((clockNanos - zeroNanos) / rate) - 2;
    while (clock(nanos) < clockNanos) {
      nanos++;
    }
    return nanos;
  }

  /** Starts a process. */
  void start(ClusterSettings settings, long nowNanos, ProcessMaker maker) {
    lives++;
    NodeId self = new NodeId(address, new UUID((long) number << Integer.SIZE | lives, number));
    id = self;
    stuck = -1;
    siblings = maker.siblings();
    memories.clear();
    received = Stream.generate(BitSet::new).limit(workers).toList();
    deliveries = maker.deliveries();
    EngineNode node = maker.node(new ClusterNode(settings, self, SECRET, order, clock(nowNanos)));
    process = node;
    shares = IntStream.range(1, workers).mapToObj(worker -> maker.share(worker, node)).toList();
    all = Stream.<WorkerEngines>concat(Stream.of(node), shares.stream()).toList();
    queued.clear();
    ring.clear();
    isStopped = false;
    isUp = true;
    hasLeft = false;
    view = settings.lone() == ClusterSettings.Lone.CONTINUE ? List.of() : List.of(self);
  }

  /** A life of the process is over, and the next one is to leave as {@code next} says. */
  void endWith(Member.@Nullable Role next) {
    end();
    order = next;
  }

  /** The process is gone. */
  void end() {
    process = null;
    order = null;
    shares = List.of();
    all = List.of();
    deliveries = List.of();
    received = List.of();
    siblings = null;
    queued.clear();
    ring.clear();
    isStopped = false;
  }

  boolean isRunning() {
    return process != null;
  }

  /** Whether the process {@code other} still runs. */
  boolean runs(NodeId other) {
    return process != null && other.equals(id);
  }

  EngineNode process() {
    if (process == null) {
      throw new IllegalStateException("no process: " + this);
    }
    return process;
  }

  /** How packets get to a worker of the process, and by it to others. */
  WorkerDelivery delivery(int worker) {
    return deliveries.get(worker);
  }

  /** How packets get to the first worker of the process; it decides what all of them receive. */
  NodeDelivery delivery() {
    return (NodeDelivery) delivery(0);
  }

  /** The filter of a worker accepts these buckets, if all machines get each frame. */
  void receive(int worker, BitSet buckets) {
    BitSet accepted = received.get(worker);
    accepted.clear();
    accepted.or(buckets);
  }

  /** Whether the filter of the worker that has {@code bucket} accepts its packets. */
  boolean receives(int bucket) {
    return isRunning() && received.get(workerOf(bucket)).get(bucket);
  }

  ClusterNode node() {
    return process().state();
  }

  /** The workers of the process. */
  List<WorkerEngines> all() {
    if (all.isEmpty()) {
      throw new IllegalStateException("no process: " + this);
    }
    return all;
  }

  /** The workers of the process, and how packets get to them. */
  List<Object> parts() {
    return Stream.<Object>concat(all().stream(), deliveries.stream()).toList();
  }

  /** The workers of the process but the first one. */
  List<EngineShare> shares() {
    return shares;
  }

  /** The queues between the workers; null if no process runs. */
  @Nullable Siblings siblings() {
    return siblings;
  }

  /** The number of the worker that has {@code bucket}. */
  int workerOf(int bucket) {
    return BucketShare.workerOf(bucket, deliveries.size());
  }

  /** The worker that gets a packet of {@code bucket}: rarely not the one that has the bucket. */
  int receiverOf(int bucket) {
    Siblings all = Objects.requireNonNull(siblings);
    return all.strays() ? all.any() : workerOf(bucket);
  }

  /**
   * A worker, which has done what the others have told it; null if that ended the process, or the
   * worker is stuck.
   */
  @Nullable WorkerEngines worker(int number) {
    if (number == stuck) {
      return null;
    }
    Objects.requireNonNull(siblings).drain(number);
    return isRunning() ? all().get(number) : null;
  }

  /** The engines of the worker that has {@code bucket}. */
  BucketEngines engines(int bucket) {
    return all().get(workerOf(bucket)).engines();
  }

  NodeId id() {
    if (id == null) {
      throw new IllegalStateException("never started: " + this);
    }
    return id;
  }

  /** Whether a process runs that is not stopped. */
  boolean isOn() {
    return process != null && !isStopped;
  }

  /** When the first of the workers is due. */
  long nextDeadlineNanos() {
    long nanos = Long.MAX_VALUE;
    for (int worker = 0; worker < all().size(); worker++) {
      if (worker != stuck) {
        nanos = Math.min(nanos, whenClockShows(all().get(worker).nextDeadlineNanos()));
      }
    }
    return nanos;
  }

  /** Calls a worker, if it is due. */
  void runTimer(int number, EngineCluster cluster) {
    if (all().get(number).nextDeadlineNanos() <= clock(cluster.now())) {
      cluster.run(
          this,
          () -> {
            WorkerEngines due = worker(number);
            if (due != null) {
              due.onTimer(clock(cluster.now()), cluster.outputOf(this));
            }
          });
    }
  }

  /** Whether the process runs, is not stopped, and may send packets of {@code bucket}. */
  boolean mayEmit(int bucket, long nowNanos) {
    if (process == null || isStopped) {
      return false;
    }
    int worker = workerOf(bucket);
    return worker == 0
        ? node().mayEmit(bucket, clock(nowNanos))
        : shares.get(worker - 1).mayEmit(bucket, clock(nowNanos));
  }

  /** The engine that may send packets of a connection; null if there is none on this machine. */
  @Nullable Engine sending(int bucket, ConnectionEnds ends, long nowNanos) {
    return isOn() ? engines(bucket).staying().sending(bucket, ends, clock(nowNanos)) : null;
  }

  @Override
  public String toString() {
    return "machine " + number + (process == null ? " dead" : isStopped ? " stopped" : "");
  }
}
