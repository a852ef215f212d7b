package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.Evidence;
import dev.midstream.cluster.member.LeaseTimes;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of a node share: settings, view, evidence, the time, and the effects so far. */
final class NodeContext {
  /*
   * A node that is never run in time must notice silence all the same, so a call that is late does
   * not begin the watch anew. What came until the call before has been heard by now; what came since
   * may still wait, for as long as a call may be late.
   */
  final ClusterSettings settings;
  final NodeId self;
  final Secret secret;
  final Evidence evidence;
  private List<NodeId> view;
  private long nowNanos;
  private long lateNanos;
  private @Nullable List<ClusterEffect> effects;
  private Member.@Nullable Role order;
  private boolean over;
  private boolean hasView;

  NodeContext(ClusterSettings settings, NodeId self, Secret secret, long nowNanos) {
    this.settings = settings;
    this.self = self;
    this.secret = secret;
    this.nowNanos = nowNanos;
    lateNanos = nowNanos - settings.detectNanos();
    evidence = new Evidence(nowNanos);
    view = List.of(self);
  }

  /** Begins a call; after a pause what was not heard in it says nothing. */
  void begin(long now) {
    long nanos = now - nowNanos;
    if (nanos > settings.pauseNanos()) {
      lateNanos = now;
      evidence.judgeUntil(nowNanos);
    } else if (now - lateNanos >= settings.pauseNanos()) {
      evidence.judgeUntil(Long.MAX_VALUE);
    }
    if (nanos > settings.stopNanos()) {
      evidence.watchAnew(now);
    }
    nowNanos = now;
    effects = null;
  }

  /**
   * The time between two keepalives of this node, where it is {@code nanos} for one that is run in
   * time.
   */
  long keepaliveNanos(long nanos) {
    return keepaliveNanos(nanos, lateNanos);
  }

  /**
   * The time between two keepalives if another node was late, too, last at {@code otherNanos}. For
   * a detection time after a delay they are sent more often: each lease rests on one that was sent
   * before the delay, and is prolonged after it.
   */
  long keepaliveNanos(long nanos, long otherNanos) {
    long sinceNanos = nowNanos - Math.max(lateNanos, otherNanos);
    return sinceNanos < settings.detectNanos() ? Math.min(nanos, settings.pauseNanos()) : nanos;
  }

  List<ClusterEffect> takeEffects() {
    return effects == null ? List.of() : effects;
  }

  long now() {
    return nowNanos;
  }

  List<NodeId> view() {
    return view;
  }

  /** The nodes in view but the dispatchers. */
  List<NodeId> votersInView() {
    return view.stream().filter(node -> !isDispatcher(node)).toList();
  }

  /** Whether {@code node} is one of the configured dispatchers. */
  boolean isDispatcher(NodeId node) {
    return settings.dispatchers().contains(node.address());
  }

  /** Takes a view. Before the first one this node was deaf. */
  void changeView(List<NodeId> members) {
    if (!hasView) {
      hasView = true;
      evidence.watchAnew(nowNanos);
    }
    view = members;
  }

  /**
   * Whether {@code address} has been quiet for so long that a node which goes on alone takes it for
   * empty.
   */
  boolean isDeserted(NodeAddress address) {
    return hasView && evidence.quietNanos(address, nowNanos) >= settings.loneNanos();
  }

  long promiseNanos() {
    return LeaseTimes.promiseNanos(settings.detectNanos());
  }

  void add(ClusterEffect effect) {
    if (effects == null) {
      effects = new ArrayList<>();
    }
    effects.add(effect);
  }

  /** Tells listeners something of this node. */
  void report(ClusterEffect.Event event) {
    add(new ClusterEffect.Report(event, self));
  }

  void send(NodeId to, ClusterMessage message) {
    if (!to.equals(self) && !evidence.isDead(to)) {
      add(new ClusterEffect.Send(to, message));
    }
  }

  void sendAll(Iterable<NodeId> nodes, ClusterMessage message) {
    nodes.forEach(node -> send(node, message));
  }

  /** Notes how this node is to leave. */
  void setOrder(Member.@Nullable Role how) {
    order = how;
  }

  /**
   * Ends this life of the node: nothing that comes after it has an effect. It was the last one if
   * the node is to leave and others have gone on without it.
   */
  void stepDown(ClusterEffect.Reason reason) {
    if (!over) {
      over = true;
      boolean leaves = order != null && reason.areOthersThere();
      add(leaves ? new ClusterEffect.Left() : new ClusterEffect.StepDown(reason, order));
    }
  }

  boolean isOver() {
    return over;
  }

  /** Whether {@code node} is in the view and not proved dead. */
  boolean isReachable(NodeId node) {
    return view.contains(node) && !evidence.isDead(node);
  }
}
