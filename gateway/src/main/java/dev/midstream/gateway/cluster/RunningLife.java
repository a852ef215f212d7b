package dev.midstream.gateway.cluster;

import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.node.EngineNode;
import dev.midstream.engines.node.NodeSurroundings;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.Reception;
import dev.midstream.engines.redirect.Redirector;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.gateway.config.ClusterConfiguration.Delivery;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** A life that runs: its state machine and engines, and what they want. */
final class RunningLife implements NodeSurroundings {
  private final boolean isShared;
  private final Life life;
  private final LiveNode live;
  private final Buckets buckets;
  private final EngineNode node;
  private final ReceivedBuckets received;
  private @Nullable Redirector redirector;
  private boolean hasNewTable;

  /**
   * Begins a life.
   *
   * @param own the secret of a cluster that this life founds
   */
  RunningLife(Life life, Secret own, BucketEngineFactory engines, LiveNode live, long nowNanos) {
    this.life = life;
    this.live = live;
    buckets = new Buckets(hash(own));
    isShared = live.configuration.delivery() != Delivery.REDIRECT;
    received =
        new ReceivedBuckets(life.self(), buckets::hash, isShared ? live.outside::setFilter : null);
    ClusterNode state = new ClusterNode(live.configuration.settings(), life.self(), own, nowNanos);
    node = new EngineNode(state, buckets, live.configuration.log(), engines, this);
  }

  private BucketHash hash(Secret secret) {
    return new BucketHash(
        new ClusterKeys(secret).bucketKey(), live.configuration.settings().buckets());
  }

  NodeId self() {
    return life.self();
  }

  EngineNode node() {
    return node;
  }

  // ---- what the node wants

  @Override
  public void onTable(AllocationTable agreed, long nowNanos, PacketOutput out) {
    hasNewTable = true;
    received.narrow(agreed);
    Redirector passing = redirector == null ? newRedirector(agreed.secret()) : redirector;
    redirector = passing;
    passing.setTable(agreed.memberIds(), agreed.buckets());
  }

  /** The first table has the secret by which all members divide packets. */
  private Redirector newRedirector(Secret secret) {
    buckets.setHash(hash(secret));
    return new Redirector(
        new ClusterKeys(secret),
        life.self(),
        0,
        live.configuration.redirectBytes(),
        isShared ? Redirector.Exit.OF_OWNER : Redirector.Exit.OF_SENDER,
        live.outside::send,
        node::onPacket);
  }

  @Override
  public void onInput(ClusterInput input) {
    if (input instanceof ClusterInput.Tick) {
      received.noteDue(); // this node may coordinate since the last one, or not any more
    }
    if (input instanceof ClusterInput.ProvedDead) {
      live.takeovers.begin(live.clockNanos);
    }
  }

  @Override
  public void send(NodeId to, ClusterMessage message) {
    life.send(to, message);
  }

  @Override
  public void send(NodeId to, LogMessage message) {
    life.send(to, message);
  }

  @Override
  public void redirect(int bucket, Packet packet) {
    if (redirector != null && redirector.redirect(bucket, packet)) {
      live.redirected++;
    }
  }

  @Override
  public void perform(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.SetFilter now -> received.setOpen(now.buckets());
      case ClusterEffect.OpenBucket opened -> noteOpened(opened);
      case ClusterEffect.Verify verify -> life.verify(verify.node());
      case ClusterEffect.Probe probe -> life.probe(probe.address(), probe.number());
      case ClusterEffect.AskListeners ask ->
          live.answers.add(new ClusterInput.JoinVerdict(ask.node(), null));
      case ClusterEffect.Report report -> report(report);
      case ClusterEffect.StepDown down ->
          live.log.warn(
              "this node begins a new life, reason=" + SettingsReader.word(down.reason()));
      case ClusterEffect.Left left -> live.hasLeft = true;
      default -> {
        // the engines have done it
      }
    }
  }

  private void noteOpened(ClusterEffect.OpenBucket opened) {
    AllocationTable agreed = node.state().table();
    if (opened.inherited() != Epoch.NONE
        && agreed != null
        && agreed.bucket(opened.bucket()).from() == null) {
      live.takeovers.open(live.clockNanos);
    }
  }

  private void report(ClusterEffect.Report report) {
    String where = " node=" + report.node().address();
    switch (report.event()) {
      case JOINED -> live.log.info("a node has joined," + where);
      case LEFT -> live.log.info("a node is no member any more," + where);
      case UNREADABLE -> live.log.warn("records of another node cannot be read," + where);
      case OTHER_CONFIGURATION ->
          live.log.warn("a node was refused, it has another configuration," + where);
      case VETO -> live.log.warn("a node was refused by a listener," + where);
    }
  }

  // ---- what the program gives it

  /** Takes a datagram of another node. */
  void receive(byte[] datagram, long nowNanos, PacketOutput out) {
    if (redirector != null) {
      Reception ignored = redirector.receive(datagram, datagram.length, nowNanos, out);
    }
  }

  /** Drops packets that have waited too long for a table. */
  void expire(long nowNanos) {
    if (redirector != null) {
      redirector.expire(nowNanos);
    }
  }

  /** Does what may not be done during a call of the node. */
  void afterCall(long nowNanos, PacketOutput out) {
    if (hasNewTable && redirector != null) {
      hasNewTable = false;
      redirector.playWaiting(nowNanos, out);
    }
    received.update(node.state().table(), node.state().isCoordinator(nowNanos));
  }

  /** The life is over. */
  void end(boolean hasLeft) {
    received.end();
    if (hasLeft) {
      live.outside.left();
    } else {
      live.outside.renew();
    }
  }
}
