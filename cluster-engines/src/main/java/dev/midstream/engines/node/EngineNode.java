package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.engines.worker.NodeView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node: its state machine, and the engines of its buckets, which do what that wants.
 * Packets, messages and the time go in; packets, messages and wishes come out.
 *
 * <p>A node may have several workers. This is the first one, which has the state machine and the
 * engines of its own share of the buckets; each other one has an {@link EngineShare}.
 *
 * <p>The caller gives it a {@link ClusterInput.Tick} at least every {@link
 * dev.midstream.cluster.node.ClusterSettings#tickNanos()}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class EngineNode extends WorkerEngines {
  private final ClusterNode node;
  private final NodeSurroundings surroundings;
  private final BucketShare share;
  private final NodeLease lease = new NodeLease();

  /** A life of a node with one worker. */
  public EngineNode(
      ClusterNode node,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      NodeSurroundings surroundings) {
    this(node, 1, buckets, log, factory, surroundings);
  }

  /**
   * A life that begins, with the state machine {@code node}, which was not stepped yet.
   *
   * @param workers the workers of the node, 1 or more
   */
  public EngineNode(
      ClusterNode node,
      int workers,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      NodeSurroundings surroundings) {
    BucketShare share = new BucketShare(0, workers);
    super(new View(node), share, buckets, log, factory, surroundings);
    this.node = node;
    this.share = share;
    this.surroundings = surroundings;
  }

  /** The state machine knows it all. */
  private record View(ClusterNode node) implements NodeView {
    @Override
    public NodeId self() {
      return node.self();
    }

    @Override
    public @Nullable AllocationTable table() {
      return node.table();
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return node.mayEmit(bucket, nowNanos);
    }

    @Override
    public boolean isLeased(long nowNanos) {
      return node.isLeased(nowNanos);
    }
  }

  @Override
  public boolean mayTransmit(long nowNanos) {
    return node.isLeased(nowNanos);
  }

  @Override
  public boolean mayEmit(int bucket, long nowNanos) {
    return engines().isOpen(bucket) && node.mayEmit(bucket, nowNanos);
  }

  /** The state machine, to look at. */
  public ClusterNode state() {
    return node;
  }

  /** The lease of this life, for its other workers. */
  public NodeLease lease() {
    return lease;
  }

  /** Processes what has happened to the node. After the end of its life nothing does. */
  public void input(ClusterInput input, long nowNanos, PacketOutput out) {
    if (input instanceof ClusterInput.Tick) {
      ClusterInput.LoadReport loads = engines().takeLoads(nowNanos);
      if (loads != null) {
        passOn(loads, nowNanos, out);
      }
    }
    passOn(input, nowNanos, out);
    passOnTold(nowNanos, out);
  }

  @Override
  void passOn(ClusterInput input, long nowNanos, PacketOutput out) {
    try {
      carryOutParts(nowNanos, out); // of steps before, with their table
    } finally {
      step(input, nowNanos); // also if one of those fails again
    }
    carryOutParts(nowNanos, out);
    if (node.isOver()) {
      forgetTold();
    }
  }

  /** Steps the state machine, and adds the parts of what that means. */
  private void step(ClusterInput input, long nowNanos) {
    surroundings.onInput(input);
    AllocationTable before = node.table();
    boolean wasLeased = node.isLeased(nowNanos);
    List<ClusterEffect> effects = node.step(input, nowNanos);
    AllocationTable changed = Objects.equals(before, node.table()) ? null : node.table();
    boolean resumes = !wasLeased && node.isLeased(nowNanos);
    lease.set(node.leaseEndNanos());
    addParts(effects, changed, resumes);
  }

  private void addParts(
      List<ClusterEffect> effects, @Nullable AllocationTable changed, boolean resumes) {
    if (changed != null) {
      add((now, to) -> surroundings.onTable(changed, now, to));
    }
    for (int worker = 1; worker < share.workers(); worker++) {
      share(worker, changed, effects, resumes);
    }
    for (ClusterEffect effect : effects) {
      addParts(effect);
    }
    if (node.isOver()) {
      return;
    }
    if (changed != null) {
      addObeying();
    }
    if (resumes) {
      add(engines()::resume);
    }
  }

  private void addParts(ClusterEffect effect) {
    int bucket = BucketShare.bucketOf(effect);
    if (bucket >= 0 && !share.has(bucket)) {
      return; // another worker does it
    }
    add((now, to) -> {
      surroundings.onEffect(effect);
      engines().perform(effect, now, to);
    });
    if (effect instanceof ClusterEffect.Send send) {
      add((_, _) -> surroundings.send(send.to(), send.message()));
    } else {
      add((_, _) -> surroundings.perform(effect));
    }
  }

  private void share(
      int worker, @Nullable AllocationTable changed, List<ClusterEffect> effects, boolean resumes) {
    BucketShare other = new BucketShare(worker, share.workers());
    List<ClusterEffect> own = effects.stream().filter(each -> concerns(each, other)).toList();
    NodeStep step = new NodeStep(changed, own, resumes);
    if (!step.isEmpty()) {
      surroundings.share(worker, step);
    }
  }

  private static boolean concerns(ClusterEffect effect, BucketShare share) {
    int bucket = BucketShare.bucketOf(effect);
    return bucket >= 0
        ? share.has(bucket)
        : effect instanceof ClusterEffect.StepDown
            || effect instanceof ClusterEffect.Left
            || effect instanceof ClusterEffect.Announce
            || effect instanceof ClusterEffect.GiveStaying;
  }
}
