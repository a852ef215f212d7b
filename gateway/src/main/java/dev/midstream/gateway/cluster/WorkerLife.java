package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.log.LogMeter;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.node.WorkerDelivery;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.node.WorkerSurroundings;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.HeldPacket;
import dev.midstream.engines.redirect.Redirector;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one worker has of a life: its engines, and the ways to other nodes and workers. */
abstract sealed class WorkerLife implements WorkerSurroundings permits RunningLife, ShareLife {
  final Life life;
  final Buckets buckets;
  final BucketShare share;
  private final LiveWorker live;

  /** The members of the table that the worker obeys. */
  private List<NodeId> members = List.of();

  /** Whether that table names some no more that the one before did. */
  private boolean isAnyGone;

  /** The other nodes, which are told of neighbours. */
  private List<NodeId> told = List.of();

  /**
   * Begins a life at a worker.
   *
   * @param own the secret of a cluster that this life founds
   */
  WorkerLife(Life life, Secret own, LiveWorker live) {
    this.life = life;
    this.live = live;
    buckets = new Buckets(hash(own));
    share = new BucketShare(live.number, live.inboxes.workers());
  }

  private BucketHash hash(Secret secret) {
    return new BucketHash(
        new ClusterKeys(secret).bucketKey(), live.configuration.settings().buckets());
  }

  /** How frames reach nodes. */
  final Exit exit() {
    return live.configuration.delivery().isToOneNode() ? Exit.OF_SENDER : Exit.OF_OWNER;
  }

  final NodeId self() {
    return life.self();
  }

  /** The engines. */
  abstract WorkerEngines engines();

  /** How packets get to their owners by this worker. */
  abstract WorkerDelivery delivery();

  /** The table that the worker obeys. */
  abstract @Nullable AllocationTable table();

  // ---- what the engines want

  @Override
  public void onTable(AllocationTable agreed, long nowNanos, PacketOutput out) {
    if (!delivery().hasTable()) {
      buckets.setHash(hash(agreed.secret())); // by which all members divide packets
    }
    isAnyGone = !agreed.memberIds().containsAll(members);
    members = agreed.memberIds();
    delivery().obey(agreed);
    if (agreed.buckets().stream().noneMatch(each -> each.isOwnedBy(self()))) {
      live.endAnnouncement();
    }
    List<NodeId> others = agreed.voterIds().stream().filter(each -> !each.equals(self())).toList();
    if (!told.containsAll(others)) {
      live.tellAgain();
    }
    told = others;
  }

  @Override
  public final void send(NodeId to, LogMessage message) {
    life.send(to, message);
  }

  @Override
  public final void redirect(int place, Packet packet) {
    if (delivery().redirect(place, packet)) {
      live.outside().noteRedirected();
    }
  }

  @Override
  public final boolean leave(int bucket, Packet packet) {
    return delivery().leaveStaying(bucket, packet);
  }

  @Override
  public final void handOver(int place, Packet packet) {
    HeldPacket held = delivery().hold(place, packet);
    if (held != null) {
      Arrival handed = new Arrival.Handed(self(), held);
      boolean ignored = live.inboxes.of(live.inboxes.workerOf(held.bucket())).offer(handed);
    }
  }

  @Override
  public final boolean announce(int bucket, byte[] record) {
    return live.inboxes.announce(live.number, self(), bucket, record);
  }

  @Override
  public final LogMeter meter() {
    return live.figures.logs;
  }

  /**
   * Counts a bucket that was to be opened, if it is open: its owner has handed it over, or is gone.
   * If neither is so, this node has it back.
   */
  private void noteOpened(ClusterEffect.OpenBucket opened) {
    AllocationTable agreed = table();
    boolean isOpen = engines().engines().isOpen(opened.bucket());
    if (opened.inherited() == Epoch.NONE || agreed == null || !isOpen) {
      return;
    }
    if (agreed.bucket(opened.bucket()).from() != null) {
      live.figures.moves.increment();
      return;
    }
    if (!isAnyGone) {
      return;
    }
    live.takeovers.open();
    long tookNanos = live.takeovers.lastNanos();
    if (tookNanos >= 0) {
      live.figures.takeovers.add(tookNanos);
    }
  }

  /** Tells the other nodes. */
  final void tell(ClusterMessage message) {
    told.forEach(each -> life.send(each, message));
  }

  /** Carries out an effect that concerns each worker. */
  final void performHere(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.OpenBucket opened -> noteOpened(opened);
      case ClusterEffect.Announce _ -> live.announce();
      default -> {
        // the engines have done it
      }
    }
  }

  // ---- what the program gives it

  /** What another node or worker has passed on. */
  final class PassedOn implements Redirector.Owner {
    @Override
    public Disposition onPacket(int place, Packet packet, long nowNanos, PacketOutput out) {
      live.learn(packet, nowNanos);
      return engines().onPacket(place, packet, nowNanos, out);
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return engines().mayEmit(bucket, nowNanos);
    }

    @Override
    public void onAbandoned(long packets) {
      live.outside().noteAbandoned(packets);
    }
  }

  /** Does what may not be done during a call of the engines. */
  abstract void afterCall(long nowNanos, PacketOutput out);
}
