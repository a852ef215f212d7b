package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.KeepaliveArithmetic;
import dev.midstream.cluster.member.LeaseTimes;
import dev.midstream.cluster.member.LossAverage;
import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The coordinator's keepalives, its own lease, and the leases that it gives (LD-4 to LD-6). */
final class LeaseGiver {
  /*
   * The coordinator's lease rests on the support of members, counted from when it sent the keepalive
   * that each of them answered. A member's lease ends with the coordinator's at the latest. So when
   * every promise of a majority is over, every lease of that term is over.
   *
   * A keepalive of a member that comes long after the coordinator's own finds little left of the
   * coordinator's lease. So each member gets a lease again, for the same keepalive, when that grows.
   * It is counted from when the keepalive was sent, and so still ends a detection time later at the latest.
   */
  private final NodeContext context;
  private final Agreement agreement;
  private final Survival survival;
  private final SentTimes sent = new SentTimes();
  private final Map<NodeId, Long> supportNanos = new HashMap<>();
  private final Map<NodeId, LossAverage> losses = new HashMap<>();

  /** The last keepalive of each member in this term. */
  private final Map<NodeId, ClusterMessage.ClientKeepalive> asked = new HashMap<>();

  private @Nullable Term term;
  private @Nullable Version required;
  private long barrierNanos;
  private long keepaliveNanos;

  /** When a member last supported a keepalive that was sent long before. */
  private long lateSupportNanos;

  LeaseGiver(NodeContext context, Agreement agreement, Survival survival) {
    this.context = context;
    this.agreement = agreement;
    this.survival = survival;
    keepaliveNanos = context.now();
    lateSupportNanos = context.now() - context.settings.detectNanos();
  }

  /**
   * Begins a term.
   *
   * @param waitNanos how long leases of earlier terms may still run
   */
  void begin(Term newTerm, long waitNanos) {
    term = newTerm;
    required = null;
    supportNanos.clear();
    asked.clear();
    losses.clear(); // what went to coordinators in between is not lost
    barrierNanos = context.now() + waitNanos;
  }

  /** Gives leases only to members that know of {@code version}. */
  void requireVersion(Version version) {
    required = version;
  }

  void tick() {
    if (isLeading() && context.now() - keepaliveNanos >= intervalNanos()) {
      sendKeepalive();
    }
    count();
  }

  private boolean isLeading() {
    return term != null && term.equals(agreement.promised());
  }

  /** The time between two keepalives, by the worst loss of a member, and by late answers. */
  long intervalNanos() {
    int count = KeepaliveArithmetic.count(KeepaliveArithmetic.ofExchange(worstLoss()));
    long nanos = KeepaliveArithmetic.intervalNanos(context.settings.detectNanos(), count);
    return context.keepaliveNanos(nanos, lateSupportNanos);
  }

  /** The greatest average loss of keepalives of a member. */
  double worstLoss() {
    double worst = 0;
    AllocationTable table = agreement.agreed();
    if (table != null) {
      for (NodeId node : table.memberIds()) {
        LossAverage loss = losses.get(node);
        worst = loss == null ? worst : Math.max(worst, loss.loss());
      }
    }
    return worst;
  }

  /**
   * Sends a keepalive to each node in view: members, nodes that want to join, other coordinators.
   */
  void sendKeepalive() {
    Term own = term;
    if (own == null) {
      return;
    }
    keepaliveNanos = context.now();
    long sequence = sent.send(context.now());
    AllocationTable table = agreement.agreed();
    ClusterMessage keepalive =
        new ClusterMessage.MasterKeepalive(
            own,
            table == null ? null : table.founder(),
            sequence,
            agreement.agreedVersion(),
            table == null ? 0 : table.voterIds().size(),
            agreement.hasLease(),
            intervalNanos());
    context.sendAll(context.view(), keepalive);
    count();
  }

  void onSupport(NodeId from, ClusterMessage.Support support) {
    if (isLeading() && support.term().equals(term) && sent.isKnown(support.sequence())) {
      long sentNanos = sent.of(support.sequence());
      supportNanos.merge(from, sentNanos, Math::max);
      if (context.now() - sentNanos > context.settings.pauseNanos()) {
        lateSupportNanos = context.now();
      }
      count();
      renew(from, support.version());
    }
  }

  void onClientKeepalive(NodeId from, ClusterMessage.ClientKeepalive keepalive) {
    AllocationTable agreed = agreement.agreed();
    if (!isLeading() || agreed == null || !keepalive.term().equals(term)) {
      return;
    }
    if (!agreed.isMember(from)) {
      context.send(from, new ClusterMessage.NotMember(agreed.founder(), agreed.version()));
      return;
    }
    losses.computeIfAbsent(from, id -> new LossAverage()).heard(keepalive.sequence());
    renew(from, keepalive.version());
    asked.put(from, keepalive);
    grant(from, keepalive);
  }

  private void grant(NodeId from, ClusterMessage.ClientKeepalive keepalive) {
    Version known = keepalive.version();
    boolean knows = known != null && required != null && !required.isAfter(known);
    AllocationTable accepted = agreement.accepted();
    boolean stays = accepted != null && accepted.isMember(from);
    long nanos =
        Math.min(
            LeaseTimes.leaseNanos(context.settings.detectNanos()),
            agreement.leaseEndNanos() - context.now());
    if (knows && stays && agreement.hasLease()) {
      context.send(from, new ClusterMessage.Grant(keepalive.term(), keepalive.sequence(), nanos));
    }
  }

  private void renew(NodeId node, @Nullable Version known) {
    AllocationTable agreed = agreement.agreed();
    if (agreed == null || !agreed.isMember(node)) {
      return;
    }
    if (known == null || agreed.version().isAfter(known)) {
      context.send(node, new ClusterMessage.Install(agreed));
    }
  }

  /**
   * Counts the coordinator's own lease: from the latest time at which enough members supported it.
   */
  void count() {
    AllocationTable table = agreement.accepted();
    if (!isLeading() || table == null) {
      return;
    }
    boolean agreed = table.version().equals(agreement.agreedVersion());
    List<Long> times = new ArrayList<>(supportNanos.values());
    times.add(context.now());
    times.sort(Comparator.reverseOrder());
    for (long time : times) {
      boolean enough =
          survival.standing(table, agreed, node -> supportsSince(node, time)).suffices();
      if (enough) {
        extendLease(time + LeaseTimes.leaseNanos(context.settings.detectNanos()));
        return;
      }
    }
  }

  private void extendLease(long endNanos) {
    long before = agreement.leaseEndNanos();
    agreement.extendLease(endNanos);
    if (agreement.leaseEndNanos() != before) {
      asked.forEach(this::grant);
    }
  }

  private boolean supportsSince(NodeId node, long time) {
    Long since = supportNanos.get(node);
    return node.equals(context.self) || (since != null && since - time >= 0);
  }

  /** The members that are dead, or silent and without a lease. */
  Set<NodeId> gone(AllocationTable table) {
    Set<NodeId> gone = new LinkedHashSet<>();
    for (NodeId node : table.memberIds()) {
      if (!node.equals(context.self) && isWithoutLease(node)) {
        gone.add(node);
      }
    }
    return gone;
  }

  /** Whether {@code node} is dead, or silent for so long that no lease of it can still run. */
  boolean isWithoutLease(NodeId node) {
    return context.evidence.isDead(node)
        || (survival.isSilent(node) && barrierNanos - context.now() <= 0);
  }
}
