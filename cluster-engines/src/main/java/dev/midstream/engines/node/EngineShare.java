package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.engines.worker.NodeView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a worker that has no state machine of its node: another worker has it, and says
 * what to do, in steps. The lease is the node's, and ends for all workers at the same time.
 *
 * <p>The caller calls {@link #tick} at least every {@link
 * dev.midstream.cluster.node.ClusterSettings#tickNanos()}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class EngineShare extends WorkerEngines {
  private final View view;
  private final ShareSurroundings surroundings;
  private final BitSet wanted = new BitSet();

  private EngineShare(
      View view,
      BucketShare share,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      ShareSurroundings surroundings) {
    super(view, share, buckets, log, factory, surroundings);
    this.view = view;
    this.surroundings = surroundings;
  }

  /**
   * The share of a worker in a life of {@code self} that begins.
   *
   * @param share not that of worker 0
   * @param lease that of the life's {@link EngineNode}
   */
  public static EngineShare of(
      NodeId self,
      NodeLease lease,
      BucketShare share,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      ShareSurroundings surroundings) {
    return new EngineShare(new View(self, lease), share, buckets, log, factory, surroundings);
  }

  /** What is known of the node: its last table, and its lease. */
  private static final class View implements NodeView {
    private final NodeId self;
    private final NodeLease lease;
    private @Nullable AllocationTable table;
    private boolean isOver;

    /** Whether something was kept from being sent since {@link #isBack}. */
    private boolean hasLapsed;

    View(NodeId self, NodeLease lease) {
      this.self = self;
      this.lease = lease;
    }

    @Override
    public NodeId self() {
      return self;
    }

    @Override
    public @Nullable AllocationTable table() {
      return table;
    }

    /** An engine that there is may send: the node closes a bucket by having it stopped here. */
    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return isLeased(nowNanos);
    }

    @Override
    public boolean isLeased(long nowNanos) {
      boolean isHeld = !isOver && lease.isHeld(nowNanos);
      hasLapsed |= !isHeld;
      return isHeld;
    }

    /** Whether the lease is held again after something was kept from being sent without it. */
    private boolean isBack(long nowNanos) {
      boolean isBack = hasLapsed && isLeased(nowNanos);
      hasLapsed &= !isBack;
      return isBack;
    }
  }

  /** The table that the worker obeys; null before the node is a member. */
  public @Nullable AllocationTable table() {
    return view.table;
  }

  /** Whether the life is over. */
  public boolean isOver() {
    return view.isOver;
  }

  @Override
  public boolean mayEmit(int bucket, long nowNanos) {
    return engines().isOpen(bucket)
        && !engines().staying().isGivenBack(bucket)
        && view.mayEmit(bucket, nowNanos);
  }

  @Override
  public boolean mayTransmit(long nowNanos) {
    return view.lease.isHeld(nowNanos);
  }

  /** Does what a step of the node's state machine means. After the end of the life nothing does. */
  public void carryOut(NodeStep step, long nowNanos, PacketOutput out) {
    try {
      carryOutParts(nowNanos, out); // of steps before, with their table
    } finally {
      if (!view.isOver) {
        addParts(step); // also if one of those fails again
      }
    }
    carryOutParts(nowNanos, out);
    if (view.isOver) {
      forgetTold();
    } else {
      passOnTold(nowNanos, out);
    }
  }

  private void addParts(NodeStep step) {
    AllocationTable changed = step.table();
    if (changed != null) {
      view.table = changed;
      wanted.clear();
      add((now, to) -> surroundings.onTable(changed, now, to));
    }
    for (ClusterEffect effect : step.effects()) {
      view.isOver |= isEnd(effect);
      add((now, to) -> {
        surroundings.onEffect(effect);
        engines().perform(effect, now, to);
      });
      add((_, _) -> surroundings.perform(effect));
    }
    if (view.isOver) {
      return;
    }
    if (changed != null) {
      addObeying();
    }
    if (step.resumes()) {
      add(engines()::resume);
    }
  }

  private static boolean isEnd(ClusterEffect effect) {
    return effect instanceof ClusterEffect.StepDown || effect instanceof ClusterEffect.Left;
  }

  /**
   * Says from time to time what the open buckets do. Lets the engines go on that found no lease: it
   * may have been over by the time of this worker, and not by that of the state machine's.
   */
  public void tick(long nowNanos, PacketOutput out) {
    if (view.isBack(nowNanos)) {
      engines().resume(nowNanos, out);
      passOnTold(nowNanos, out);
    }
    ClusterInput.LoadReport loads = engines().takeLoads(nowNanos);
    if (loads != null && !view.isOver) {
      surroundings.input(loads);
    }
  }

  /** Says once for each table that a bucket is wanted: the state machine does not forget it. */
  @Override
  void passOn(ClusterInput input, long nowNanos, PacketOutput out) {
    if (input instanceof ClusterInput.Wanted want) {
      if (wanted.get(want.bucket())) {
        return;
      }
      wanted.set(want.bucket());
    }
    surroundings.input(input);
  }
}
