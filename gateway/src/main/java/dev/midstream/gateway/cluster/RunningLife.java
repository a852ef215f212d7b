package dev.midstream.gateway.cluster;

import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.node.EngineNode;
import dev.midstream.engines.node.NodeDelivery;
import dev.midstream.engines.node.NodeStep;
import dev.midstream.engines.node.NodeSurroundings;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.LegProbes;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A life that runs: its state machine and engines, and what they want. */
final class RunningLife extends WorkerLife implements NodeSurroundings {
  private final LiveNode live;
  private final EngineNode node;
  private final NodeDelivery delivery;
  private List<NodeId> memberIds = List.of();

  /**
   * Begins a life.
   *
   * @param own the secret of a cluster that this life founds
   */
  RunningLife(Life life, Secret own, BucketEngineFactory engines, LiveNode live, long nowNanos) {
    super(life, own, live);
    this.live = live;
    delivery =
        new NodeDelivery(
            self(),
            share.workers(),
            live.configuration.redirectBytes(),
            exit(),
            (worker, received) ->
                live.outside.setFilter(worker, BucketFilter.of(buckets.hash(), received)),
            live.outside::send,
            new PassedOn());
    ClusterNode state =
        new ClusterNode(live.configuration.settings(), life.self(), own, live.order, nowNanos);
    node = new EngineNode(state, share.workers(), buckets, live.configuration.log(), engines, this);
    for (int worker = 1; worker < share.workers(); worker++) {
      live.inboxes.of(worker).put(new Arrival.Shared(life, own, node.lease()));
    }
  }

  EngineNode node() {
    return node;
  }

  @Override
  EngineNode engines() {
    return node;
  }

  @Override
  NodeDelivery delivery() {
    return delivery;
  }

  @Override
  @Nullable AllocationTable table() {
    return node.state().table();
  }

  // ---- what the node wants

  @Override
  public void onTable(AllocationTable agreed, long nowNanos, PacketOutput out) {
    noteRemoved(agreed); // before any worker opens a bucket
    boolean isFirst = !delivery.hasTable();
    super.onTable(agreed, nowNanos, out);
    if (isFirst) {
      live.probing.begin(new LegProbes(new ClusterKeys(agreed.secret()), self()));
    }
    if (isFirst && exit() == Exit.OF_SENDER && share.workers() > 1) {
      divideAll();
    }
  }

  /** Each frame reaches one node only, and there the worker that has its bucket. */
  private void divideAll() {
    for (int worker = 0; worker < share.workers(); worker++) {
      live.outside.setFilter(worker, BucketFilter.ofShare(buckets.hash(), worker, share.workers()));
    }
  }

  private void noteRemoved(AllocationTable agreed) {
    List<NodeId> removed = memberIds.stream().filter(each -> !agreed.isMember(each)).toList();
    memberIds = agreed.memberIds();
    if (!removed.isEmpty()) {
      live.takeovers.begin(removed);
    }
  }

  @Override
  public void send(NodeId to, ClusterMessage message) {
    life.send(to, message);
  }

  @Override
  public void share(int worker, NodeStep step) {
    live.inboxes.of(worker).put(new Arrival.Stepped(self(), step));
  }

  @Override
  public void perform(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.SetFilter now -> delivery.setOpen(now.buckets());
      case ClusterEffect.Verify verify -> life.verify(verify.node());
      case ClusterEffect.Probe probe -> life.probe(probe.address(), probe.number());
      case ClusterEffect.AskListeners ask ->
          live.answers.add(new ClusterInput.JoinVerdict(ask.node(), null));
      case ClusterEffect.Report report -> report(report);
      case ClusterEffect.StepDown down -> {
        live.order = down.order();
        live.log.warn("this node begins a new life, reason=" + SettingsReader.word(down.reason()));
      }
      case ClusterEffect.Left left -> live.hasLeft = true;
      default -> performHere(effect);
    }
  }

  private void report(ClusterEffect.Report report) {
    String where = " node=" + report.node().address();
    switch (report.event()) {
      case JOINED -> live.log.info("a node has joined," + where);
      case LEFT -> live.log.info("a node is no member any more," + where);
      case UNREADABLE -> live.log.warn("records of another node cannot be read," + where);
      case STAYING_ENDED ->
          live.log.warn(
              "connections that stay were ended, no owner of their bucket can read them," + where);
      case OTHER_CONFIGURATION -> {
        live.figures.otherConfigurations.increment();
        live.log.warn("a node was refused, it has another configuration," + where);
      }
      case VETO -> {
        live.figures.vetoes.increment();
        live.log.warn("a node was refused by a listener," + where);
      }
    }
  }

  /** Whether a member has told this life. */
  boolean isOfMember(Arrival.Told told) {
    AllocationTable agreed = table();
    return told.self().equals(self()) && agreed != null && agreed.isMember(told.from());
  }

  @Override
  void afterCall(long nowNanos, PacketOutput out) {
    delivery.afterCall(node.state(), nowNanos, out);
  }

  /** The name of another node; null if it was not met. */
  @Nullable String nameAt(NodeAddress address) {
    return life.nameAt(address);
  }

  /** The life is over. */
  void end(boolean hasLeft) {
    delivery.end();
    live.probing.end();
    if (hasLeft) {
      live.outside.left();
    } else {
      live.outside.renew();
    }
  }
}
