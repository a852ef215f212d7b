package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.node.EngineNode;
import dev.midstream.engines.worker.BucketEngines;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A machine of a cluster: its clock, and its process if one runs. */
final class Machine {
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);

  final int number;
  final NodeAddress address;

  /** What the process gets when it goes on, while it is stopped. */
  final Deque<Runnable> queued = new ArrayDeque<>();

  private double rate;
  private long zeroNanos;
  private @Nullable EngineNode process;
  private @Nullable NodeId id;
  private int lives;
  List<NodeId> view = List.of();

  /** Whether the machine is up: one that is down refuses no connection. */
  boolean isUp = true;

  boolean isStopped;
  boolean hasLeft;

  /** What the engines of the process share; null before the first one. */
  @Nullable SharedMemory memory;

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
  void start(ClusterSettings settings, long nowNanos, Function<ClusterNode, EngineNode> maker) {
    lives++;
    NodeId self = new NodeId(address, new UUID(lives, number));
    id = self;
    process = maker.apply(new ClusterNode(settings, self, SECRET, clock(nowNanos)));
    queued.clear();
    isStopped = false;
    isUp = true;
    hasLeft = false;
    view = List.of(self);
  }

  /** The process is gone. */
  void end() {
    process = null;
    queued.clear();
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

  ClusterNode node() {
    return process().state();
  }

  BucketEngines engines() {
    return process().engines();
  }

  NodeId id() {
    if (id == null) {
      throw new IllegalStateException("never started: " + this);
    }
    return id;
  }

  /** Whether the process runs, is not stopped, and may send packets of {@code bucket}. */
  boolean mayEmit(int bucket, long nowNanos) {
    return process != null && !isStopped && node().mayEmit(bucket, clock(nowNanos));
  }

  @Override
  public String toString() {
    return "machine " + number + (process == null ? " dead" : isStopped ? " stopped" : "");
  }
}
