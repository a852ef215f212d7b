package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Succession;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster as a state machine: inputs and the time go in, effects come out.
 *
 * <p>A node lives once. After {@link ClusterEffect.StepDown} and {@link ClusterEffect.Left} it does
 * nothing more; to be a member again, the program makes another one with a new incarnation.
 *
 * <p>Not thread-safe.
 */
public final class ClusterNode {
  private final NodeContext context;
  private final Agreement agreement;
  private final Survival survival;
  private final LeaseGiver leases;
  private final TablePlan plan;
  private final Leadership leadership;
  private final Candidacy candidacy;
  private final Admission admission;
  private final Following following;
  private final Ownership ownership;
  private final StayingUnread unread;
  private @Nullable AllocationTable obeyed;
  private boolean succeeds;

  /**
   * A node that has just started.
   *
   * @param secret what a cluster keeps secret that this node founds; drawn for this life alone
   */
  public ClusterNode(ClusterSettings settings, NodeId self, Secret secret, long nowNanos) {
    this(settings, self, secret, null, nowNanos);
  }

  /**
   * A node that has just started.
   *
   * @param order how the life before it was ordered to leave ({@link ClusterEffect.StepDown}), and
   *     this one is; null if it was not, or there was none
   */
  public ClusterNode(
      ClusterSettings settings,
      NodeId self,
      Secret secret,
      Member.@Nullable Role order,
      long nowNanos) {
    context = new NodeContext(settings, self, secret, nowNanos);
    agreement = new Agreement(context);
    survival = new Survival(context, agreement);
    leases = new LeaseGiver(context, agreement, survival);
    plan = new TablePlan(context);
    leadership = new Leadership(context, agreement, survival, leases, plan);
    candidacy = new Candidacy(context, agreement, survival, leadership);
    admission = new Admission(context, agreement, leadership, plan);
    following = new Following(context, agreement, survival);
    ownership = new Ownership(context, agreement, plan);
    unread = new StayingUnread(context, agreement, this::order);
    if (order != null) {
      ownership.drain(order);
    }
  }

  /** This node. */
  public NodeId self() {
    return context.self;
  }

  /** Whether this life is over. */
  public boolean isOver() {
    return context.isOver();
  }

  /** Whether this node coordinates and may do so at {@code nowNanos}. */
  public boolean isCoordinator(long nowNanos) {
    return leadership.isLeading() && isLeased(nowNanos);
  }

  /** Whether this node is a member and has a lease at {@code nowNanos}. */
  public boolean isLeased(long nowNanos) {
    return !isOver() && agreement.isMember() && agreement.leaseEndNanos() - nowNanos > 0;
  }

  /**
   * When the right of this node to send ends, if it is not prolonged; {@link Long#MIN_VALUE} if it
   * is no member, or its life is over.
   */
  public long leaseEndNanos() {
    return isOver() || !agreement.isMember() ? Long.MIN_VALUE : agreement.leaseEndNanos();
  }

  /** The time between two keepalives of the coordinator (LD-5). */
  public long keepaliveNanos() {
    return leadership.isLeading() ? leases.intervalNanos() : following.intervalNanos();
  }

  /** The greatest average loss of a member's keepalives, if this node coordinates; else 0. */
  public double keepaliveLoss() {
    return leadership.isLeading() ? leases.worstLoss() : 0;
  }

  /** Whether this node may emit packets of {@code bucket} at {@code nowNanos}. */
  public boolean mayEmit(int bucket, long nowNanos) {
    return isLeased(nowNanos) && ownership.openEpoch(bucket) != Epoch.NONE;
  }

  /** The epoch with which this node has opened {@code bucket}, or 0. */
  public long openEpoch(int bucket) {
    return isOver() ? 0 : ownership.openEpoch(bucket);
  }

  /** Whether this node was ordered to leave; the table may not show that yet. */
  public boolean isDraining() {
    return ownership.isDraining();
  }

  /** The table that this node obeys; null before it is a member. */
  public @Nullable AllocationTable table() {
    return agreement.agreed();
  }

  /** The round that probes on forwarding interfaces carry. */
  public long round() {
    AllocationTable table = agreement.agreed();
    return table == null ? 0 : table.version().term().round();
  }

  /**
   * Takes one input.
   *
   * @param nowNanos never less than before
   * @return what is to be done, in this order
   */
  public List<ClusterEffect> step(ClusterInput input, long nowNanos) {
    context.begin(nowNanos);
    if (context.isOver()) {
      return List.of();
    }
    switch (input) {
      case ClusterInput.Tick tick -> onTick();
      case ClusterInput.ViewChanged view -> onView(view.members());
      case ClusterInput.Received received -> onReceived(received.from(), received.message());
      case ClusterInput.ProvedDead dead -> onDead(dead.node(), dead.ageNanos());
      case ClusterInput.Answered answered ->
          context.evidence.answered(answered.address(), context.now());
      case ClusterInput.Absent absent -> onAbsent(absent);
      case ClusterInput.LegHeard leg -> survival.heardOnLeg(leg.node(), leg.round());
      case ClusterInput.JoinVerdict verdict -> admission.onVerdict(verdict.node(), verdict.veto());
      case ClusterInput.ReplicaReady ready -> ownership.onReady(ready.bucket(), ready.since());
      case ClusterInput.ReplicaUnreadable failed ->
          ownership.onUnreadable(failed.bucket(), failed.since());
      case ClusterInput.ReplicaMissing missing ->
          ownership.onMissing(missing.bucket(), missing.epoch());
      case ClusterInput.StayingUnreadable failed -> unread.note(failed.bucket(), failed.epoch());
      case ClusterInput.StayingListed listed ->
          ownership.onStayingListed(listed.bucket(), listed.epoch());
      case ClusterInput.StayingLost lost -> ownership.onStayingLost(lost.bucket(), lost.epoch());
      case ClusterInput.StayingRefused refused ->
          ownership.onStayingRefused(refused.bucket(), refused.epoch());
      case ClusterInput.StayingEnded _ -> context.report(ClusterEffect.Event.STAYING_ENDED);
      case ClusterInput.BucketSilent done -> ownership.onSilent(done.bucket(), done.epoch());
      case ClusterInput.BucketStopped done -> ownership.onStopped(done.bucket(), done.epoch());
      case ClusterInput.Wanted wanted -> ownership.onWanted(wanted.bucket());
      case ClusterInput.LoadReport report -> ownership.onLoads(report.loads());
      case ClusterInput.Drain drain -> ownership.drain(drain.how());
      case ClusterInput.BucketIdle idle -> ownership.onIdle(idle.bucket());
      case ClusterInput.Move move -> order(move.bucket(), move.to());
    }
    finishStep();
    return context.takeEffects();
  }

  private void finishStep() {
    if (plan.takeNews()) {
      leadership.planNext();
    }
    obey();
    announce();
  }

  /** The state in a line, for logs. */
  @Override
  public String toString() {
    return context.self
        + (": " + agreement)
        + (isLeased(context.now()) ? " leased" : "")
        + (leadership.isLeading() ? " leads" : "")
        + (" view=" + context.view());
  }

  private void onTick() {
    candidacy.tick();
    leases.tick();
    leadership.tick();
    following.tick();
    ownership.tick();
    unread.tick();
  }

  private void onView(List<NodeId> members) {
    context.changeView(members);
    List<NodeId> named = agreement.named();
    for (NodeId node : members) {
      named.stream()
          .filter(member -> member.isOtherLifeOf(node) && !members.contains(member))
          .forEach(member -> onDead(member, 0));
    }
    candidacy.tick();
    agreement.answerWaiting();
  }

  private void onDead(NodeId node, long ageNanos) {
    context.evidence.prove(node, agreement.hadLease(ageNanos));
    candidacy.tick();
    agreement.answerWaiting();
    leadership.tick();
  }

  private void onAbsent(ClusterInput.Absent absent) {
    context.evidence.absent(absent.address(), absent.number());
    candidacy.onAbsent();
  }

  private void onReceived(NodeId from, ClusterMessage message) {
    if (!context.isReachable(from) || !isSane(message)) {
      return;
    }
    context.evidence.heard(from, context.now());
    switch (message) {
      case ClusterMessage.Prepare prepare -> agreement.onPrepare(from, prepare.term());
      case ClusterMessage.Promised promise -> candidacy.onPromised(from, promise);
      case ClusterMessage.Refused refusal -> onRefused(from, refusal);
      case ClusterMessage.Propose proposal -> agreement.onPropose(from, proposal.table());
      case ClusterMessage.Accepted accepted -> leadership.onAccepted(from, accepted.version());
      case ClusterMessage.Install install -> onInstall(install.table());
      case ClusterMessage.MasterKeepalive keepalive -> following.onMasterKeepalive(from, keepalive);
      case ClusterMessage.Support support -> leases.onSupport(from, support);
      case ClusterMessage.ClientKeepalive keepalive -> leases.onClientKeepalive(from, keepalive);
      case ClusterMessage.Grant grant -> following.onGrant(from, grant);
      case ClusterMessage.Hello hello -> following.onHello(from, hello);
      case ClusterMessage.NotMember removal -> following.onNotMember(removal);
      case ClusterMessage.JoinRequest request -> admission.onRequest(from, request);
      case ClusterMessage.JoinPending pending -> {}
      case ClusterMessage.JoinRefused refusal -> following.onJoinRefused(refusal);
      case ClusterMessage.BucketReport report -> onReport(from, report);
      case ClusterMessage.MoveOrder order -> order(order.bucket(), order.to());
      case ClusterMessage.Stopped given -> ownership.onGiverStopped(given.bucket(), given.epoch());
      case ClusterMessage.Receiving taker -> ownership.onReceiving(taker.bucket(), taker.epoch());
      case ClusterMessage.Last last -> ownership.onLast(last.bucket(), last.epoch());
      case ClusterMessage.Neighbours neighbours -> {
        // the program around has taken them
      }
    }
  }

  private void onRefused(NodeId from, ClusterMessage.Refused refusal) {
    candidacy.onRefused(refusal);
    leadership.onRefused(from, refusal);
    AllocationTable table = refusal.agreed();
    if (table != null && agreement.agreed() != null) {
      agreement.learn(table);
    }
  }

  private void onInstall(AllocationTable table) {
    boolean joins = table.isMember(context.self) && !agreement.isBoundElsewhere(table);
    if (agreement.agreed() != null || joins) {
      agreement.learn(table);
    }
  }

  private void onReport(NodeId from, ClusterMessage.BucketReport report) {
    AllocationTable table = agreement.agreed();
    if (leadership.isLeading() && table != null && table.isMember(from)) {
      plan.report(from, report);
    }
  }

  private void order(int bucket, NodeId to) {
    NodeId coordinator = agreement.coordinator();
    if (leadership.isLeading()) {
      plan.order(bucket, to);
      leadership.planNext();
    } else if (coordinator != null) {
      context.send(coordinator, new ClusterMessage.MoveOrder(bucket, to));
    }
  }

  /** Tells listeners who joined and who left (LD-11). */
  private void tellListeners(List<NodeId> before, List<NodeId> after) {
    for (NodeId node : after) {
      if (!before.contains(node)) {
        context.add(new ClusterEffect.Report(ClusterEffect.Event.JOINED, node));
      }
    }
    for (NodeId node : before) {
      if (!after.contains(node)) {
        context.add(new ClusterEffect.Report(ClusterEffect.Event.LEFT, node));
      }
    }
  }

  /** Whether a message names buckets that exist; another cluster's may not. */
  private boolean isSane(ClusterMessage message) {
    return switch (message) {
      case ClusterMessage.Propose proposal -> isSane(proposal.table());
      case ClusterMessage.Install install -> isSane(install.table());
      case ClusterMessage.Promised promise -> isSane(promise.accepted());
      case ClusterMessage.Refused refusal -> isSane(refusal.agreed());
      case ClusterMessage.Stopped given -> isSane(given.bucket());
      case ClusterMessage.Receiving taker -> isSane(taker.bucket());
      case ClusterMessage.Last last -> isSane(last.bucket());
      case ClusterMessage.MoveOrder order -> isSane(order.bucket());
      case ClusterMessage.BucketReport report -> report.buckets().allMatch(this::isSane);
      default -> true;
    };
  }

  private boolean isSane(int bucket) {
    return bucket >= 0 && bucket < context.settings.buckets();
  }

  private boolean isSane(@Nullable AllocationTable table) {
    return table == null || table.bucketCount() == context.settings.buckets();
  }

  /** Does what a table asks for that became known in this call. */
  private void obey() {
    AllocationTable table = agreement.agreed();
    if (table == null || (obeyed != null && obeyed.version().equals(table.version()))) {
      return;
    }
    boolean wasMember = obeyed != null && obeyed.isMember(context.self);
    tellListeners(obeyed == null ? List.of() : obeyed.memberIds(), table.memberIds());
    succeeds = Succession.isDue(obeyed, table, context.self, succeeds);
    obeyed = table;
    if (table.isMember(context.self)) {
      ownership.apply();
      following.learnt();
    } else if (wasMember) {
      context.stepDown(ClusterEffect.Reason.REMOVED);
    }
  }

  /** Announces the neighbours when all is open that this node succeeds to. */
  private void announce() {
    if (succeeds && !context.isOver() && ownership.isOpen()) {
      succeeds = false;
      context.add(new ClusterEffect.Announce());
    }
  }
}
