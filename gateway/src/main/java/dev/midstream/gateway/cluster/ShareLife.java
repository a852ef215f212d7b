package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.node.EngineShare;
import dev.midstream.engines.node.ShareSurroundings;
import dev.midstream.engines.node.WorkerDelivery;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** A life at a worker that has not the state machine. */
final class ShareLife extends WorkerLife implements ShareSurroundings {
  private final LiveShare live;
  private final EngineShare engines;
  private final WorkerDelivery delivery;

  /** Takes part in a life that the first worker has begun. */
  ShareLife(Arrival.Shared begun, BucketEngineFactory factory, LiveShare live) {
    super(begun.life(), begun.own(), live);
    this.live = live;
    delivery =
        new WorkerDelivery(
            self(),
            share.worker(),
            live.configuration.redirectBytes(),
            exit(),
            live.outside()::send,
            new PassedOn());
    engines =
        EngineShare.of(
            self(), begun.lease(), share, buckets, live.configuration.log(), factory, this);
  }

  @Override
  EngineShare engines() {
    return engines;
  }

  @Override
  WorkerDelivery delivery() {
    return delivery;
  }

  @Override
  @Nullable AllocationTable table() {
    return engines.table();
  }

  @Override
  public void input(ClusterInput input) {
    live.inboxes.ofNode().put(new Arrival.Happened(self(), input));
  }

  @Override
  public void perform(ClusterEffect effect) {
    performHere(effect);
  }

  @Override
  void afterCall(long nowNanos, PacketOutput out) {
    delivery.playWaiting(nowNanos, out);
  }
}
