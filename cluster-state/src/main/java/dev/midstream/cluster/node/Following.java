package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.ConfigurationMatch;
import dev.midstream.cluster.member.KeepaliveArithmetic;
import dev.midstream.cluster.member.LeaseTimes;
import dev.midstream.cluster.member.MergeRule;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/** A member's side: its keepalives, its lease, and what it does without one. */
final class Following {
  private final NodeContext context;
  private final Agreement agreement;
  private final Survival survival;
  private final SentTimes sent = new SentTimes();
  private long intervalNanos;
  private long keepaliveNanos;
  private long verifiedNanos;
  private long askedNanos;
  private @Nullable Term toldTerm;

  Following(NodeContext context, Agreement agreement, Survival survival) {
    this.context = context;
    this.agreement = agreement;
    this.survival = survival;
    intervalNanos =
        KeepaliveArithmetic.intervalNanos(
            context.settings.detectNanos(), KeepaliveArithmetic.MIN_COUNT);
    keepaliveNanos = context.now() - intervalNanos;
    verifiedNanos = keepaliveNanos;
    askedNanos = keepaliveNanos;
  }

  void tick() {
    boolean leads = context.self.equals(agreement.coordinator());
    if (!leads && context.now() - keepaliveNanos >= context.keepaliveNanos(intervalNanos)) {
      sendKeepalive();
    }
    if (context.now() - verifiedNanos >= intervalNanos) {
      verifiedNanos = context.now();
      verify();
    }
    if (context.now() - askedNanos >= intervalNanos) {
      askedNanos = context.now();
      ask();
    }
    survival.giveWayIfOutlived();
  }

  /** The time between two keepalives, as the coordinator has said. */
  long intervalNanos() {
    return intervalNanos;
  }

  private void sendKeepalive() {
    NodeId coordinator = agreement.coordinator();
    Term term = agreement.promised();
    if (coordinator == null || term == null || !agreement.isMember()) {
      return;
    }
    keepaliveNanos = context.now();
    toldTerm = term;
    long sequence = sent.send(context.now());
    context.send(
        coordinator, new ClusterMessage.ClientKeepalive(term, sequence, agreement.agreedVersion()));
  }

  /** Verifies members that are silent, so that proof of death comes before the end of a lease. */
  private void verify() {
    AllocationTable agreed = agreement.agreed();
    if (agreed == null) {
      return;
    }
    boolean leads = context.self.equals(agreement.coordinator());
    for (NodeId node : agreed.memberIds()) {
      boolean watched = leads || node.equals(agreement.coordinator()) || !agreement.hasLease();
      boolean quiet = context.evidence.silentNanos(node, context.now()) >= 2 * intervalNanos;
      if (watched && quiet && !node.equals(context.self) && !context.evidence.isDead(node)) {
        context.add(new ClusterEffect.Verify(node));
      }
    }
  }

  /** Without a lease: asks what is agreed on. Without a membership: asks to join. */
  private void ask() {
    AllocationTable agreed = agreement.agreed();
    if (agreed == null && agreement.mayJoin()) {
      ClusterSettings settings = context.settings;
      context.sendAll(
          context.view(),
          new ClusterMessage.JoinRequest(settings.configuration(), settings.role()));
    } else if (agreed != null && !agreement.hasLease()) {
      context.sendAll(context.view(), new ClusterMessage.Hello(agreed.founder(), agreed.version()));
    }
  }

  void onMasterKeepalive(NodeId from, ClusterMessage.MasterKeepalive keepalive) {
    AllocationTable agreed = agreement.agreed();
    boolean isOther = agreed != null && !agreed.founder().equals(keepalive.founder());
    if (agreed != null && (isOther || !agreed.isMember(from))) {
      meet(agreed, from, keepalive);
      return;
    }
    if (!from.equals(keepalive.term().candidate())) {
      return;
    }
    if (!agreement.followCoordinator(keepalive.term())) {
      context.send(from, new ClusterMessage.Refused(agreement.promised(), agreed));
      return;
    }
    intervalNanos = keepalive.intervalNanos();
    if (keepalive.leased()) {
      agreement.noteCluster(from, keepalive.founder());
    }
    if (agreement.isMember()) {
      agreement.support();
      Version known = agreement.agreedVersion();
      context.send(from, new ClusterMessage.Support(keepalive.term(), keepalive.sequence(), known));
      if (!keepalive.term().equals(toldTerm)) {
        sendKeepalive();
      }
    }
  }

  /**
   * Meets a coordinator that is not a member of this node's table, or has never known it and has
   * founded another cluster. Either the cluster went on without this node, or there are two
   * clusters, of which one gives way (LD-3).
   */
  private void meet(AllocationTable agreed, NodeId from, ClusterMessage.MasterKeepalive keepalive) {
    NodeId coordinator = agreement.coordinator();
    NodeId own = coordinator == null ? context.self : coordinator;
    boolean same = agreed.founder().equals(keepalive.founder());
    if (!keepalive.leased()) {
      return;
    }
    if (same && !isCoordinating()) {
      context.send(from, new ClusterMessage.Hello(agreed.founder(), agreed.version()));
    } else if (!agreement.hasLease()
        || MergeRule.givesWay(
            agreed.voterIds().size(), own.address(), keepalive.members(), from.address())) {
      context.stepDown(ClusterEffect.Reason.MERGED);
    }
  }

  private boolean isCoordinating() {
    return context.self.equals(agreement.coordinator()) && agreement.hasLease();
  }

  void onGrant(NodeId from, ClusterMessage.Grant grant) {
    boolean follows =
        grant.term().equals(agreement.promised()) && from.equals(agreement.coordinator());
    if (follows && sent.isKnown(grant.sequence())) {
      long most = LeaseTimes.leaseNanos(context.settings.detectNanos());
      agreement.extendLease(sent.of(grant.sequence()) + Math.min(most, grant.leaseNanos()));
    }
  }

  void onHello(NodeId from, ClusterMessage.Hello hello) {
    AllocationTable agreed = agreement.agreed();
    if (agreed == null
        || !agreed.founder().equals(hello.founder())
        || !agreed.version().isAfter(hello.version())) {
      return;
    }
    context.send(
        from,
        agreed.isMember(from)
            ? new ClusterMessage.Install(agreed)
            : new ClusterMessage.NotMember(agreed.founder(), agreed.version()));
  }

  void onNotMember(ClusterMessage.NotMember message) {
    AllocationTable agreed = agreement.agreed();
    boolean removed =
        agreed != null
            && agreed.founder().equals(message.founder())
            && message.version().isAfter(agreed.version());
    if (removed) {
      context.stepDown(ClusterEffect.Reason.REMOVED);
    }
  }

  void onJoinRefused(ClusterMessage.JoinRefused refusal) {
    boolean other =
        !ConfigurationMatch.isAlike(refusal.configuration(), context.settings.configuration());
    if (agreement.agreed() == null && other) {
      context.stepDown(ClusterEffect.Reason.CONFIGURATION);
    }
  }

  /** A new table came: the coordinator gives leases to members that know it. */
  void learnt() {
    keepaliveNanos = context.now() - intervalNanos;
    boolean leads = context.self.equals(agreement.coordinator());
    if (!leads && !agreement.hasLease()) {
      sendKeepalive();
    }
  }
}
