package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.member.SurvivorRule.Standing;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The coordinator's tables: it proposes one after the other, and says when each is agreed on. */
final class Leadership {
  private static final int RETRY_TICKS = 2;

  private final NodeContext context;
  private final Agreement agreement;
  private final Survival survival;
  private final LeaseGiver leases;
  private final TablePlan plan;
  private @Nullable Term term;
  private boolean leapt;
  private boolean again;
  private boolean needsLeap;
  private @Nullable AllocationTable proposal;
  private final Set<NodeId> acceptedBy = new HashSet<>();
  private long proposedNanos;
  private long ledNanos;

  Leadership(
      NodeContext context,
      Agreement agreement,
      Survival survival,
      LeaseGiver leases,
      TablePlan plan) {
    this.context = context;
    this.agreement = agreement;
    this.survival = survival;
    this.leases = leases;
    this.plan = plan;
  }

  /** Whether this node coordinates: no member that it knows of follows a later term. */
  boolean isLeading() {
    return term != null && term.equals(agreement.promised());
  }

  /** Whether this coordinator needs a new term to go on. */
  boolean mustBeginAgain() {
    return isLeading() && (again || isStuck());
  }

  /** Whether this coordinator has had no lease for a while, so that it should ask anew. */
  private boolean isStuck() {
    long since = Math.max(agreement.leaseEndNanos() - ledNanos, 0) + ledNanos;
    return context.now() - since > context.promiseNanos();
  }

  /** Whether the next term must leap over those of dead members. */
  boolean needsLeap() {
    return needsLeap;
  }

  /**
   * Coordinates from now on. The first proposal is {@code latest} under the new term, with what has
   * changed since if it is known to be agreed on.
   *
   * @param waitNanos how long leases of earlier terms may still run
   */
  void lead(
      Term newTerm, boolean hasLeapt, AllocationTable latest, boolean agreed, long waitNanos) {
    term = newTerm;
    ledNanos = context.now();
    leapt = hasLeapt;
    again = false;
    needsLeap = false;
    agreement.followCoordinator(newTerm);
    leases.begin(newTerm, waitNanos);
    plan.begin();
    propose(first(latest, agreed));
    leases.sendKeepalive();
  }

  private AllocationTable first(AllocationTable latest, boolean agreed) {
    Version version = new Version(leadTerm(), 1);
    if (agreed) {
      agreement.learn(latest);
      AllocationTable changed = next(latest, version);
      if (changed != null) {
        return changed;
      }
    }
    return latest.version().equals(version) ? latest : latest.under(version, agreed);
  }

  /** Proposes, repeats and decides, as time passes. */
  void tick() {
    if (!isLeading()) {
      proposal = null;
      return;
    }
    if (proposal != null) {
      if (context.now() - proposedNanos >= RETRY_TICKS * context.settings.tickNanos()) {
        sendProposal(proposal);
      }
      decide();
    }
    planNext();
  }

  /** Makes the next table, unless one is still undecided. */
  void planNext() {
    AllocationTable agreed = agreement.agreed();
    if (!isLeading() || proposal != null || agreed == null || mustBeginAgain()) {
      return;
    }
    if (!agreed.version().term().equals(term)) {
      return;
    }
    if (agreed.version().number() == Epoch.MAX_NUMBER) {
      again = true;
      return;
    }
    AllocationTable table = next(agreed, agreed.version().next());
    if (table != null) {
      propose(table);
    }
  }

  /** What follows {@code agreed}; null if nothing changes, or nothing can be agreed on now. */
  private @Nullable AllocationTable next(AllocationTable agreed, Version version) {
    Set<NodeId> gone = leases.gone(agreed);
    Standing standing = survival.of(agreed.voterIds(), node -> !gone.contains(node));
    boolean goesOn = standing.suffices() && agreed.isMember(context.self);
    return goesOn ? plan.next(agreed, version, gone) : null;
  }

  private void propose(AllocationTable table) {
    proposal = table;
    acceptedBy.clear();
    acceptedBy.add(context.self);
    agreement.accept(table);
    sendProposal(table);
    decide();
  }

  private void sendProposal(AllocationTable table) {
    proposedNanos = context.now();
    Set<NodeId> receivers = new LinkedHashSet<>(table.base());
    receivers.addAll(table.voterIds());
    receivers.removeAll(acceptedBy);
    context.sendAll(receivers, new ClusterMessage.Propose(table));
  }

  void onAccepted(NodeId from, Version version) {
    if (isLeading() && proposal != null && proposal.version().equals(version)) {
      acceptedBy.add(from);
      decide();
      planNext();
    }
  }

  /** A member follows a later term: without a later one of its own this node loses it. */
  void onRefused(NodeId from, ClusterMessage.Refused refusal) {
    AllocationTable agreed = agreement.agreed();
    boolean counts = agreed != null && agreed.isMember(from);
    if (counts && isLeading() && refusal.term() != null && refusal.term().isAfter(leadTerm())) {
      again = true;
    }
  }

  private Term leadTerm() {
    return Objects.requireNonNull(term);
  }

  private void decide() {
    AllocationTable table = proposal;
    if (table == null || mustBeginAgain()) {
      return;
    }
    Standing standing = survival.of(table.base(), acceptedBy::contains);
    if (!standing.suffices() || (table.isJoin() && !allKnow(table))) {
      return;
    }
    if (standing != Standing.MAJORITY && !leapt) {
      again = true;
      needsLeap = true;
      return;
    }
    agree(table);
  }

  /**
   * Whether every member that may still have a lease knows of a join. A member that does not know
   * of it could otherwise go on alone by proof, while the new member does the same.
   */
  private boolean allKnow(AllocationTable table) {
    return table.base().stream()
        .allMatch(node -> acceptedBy.contains(node) || leases.isWithoutLease(node));
  }

  private void agree(AllocationTable table) {
    proposal = null;
    if (table.isJoin() || table.version().number() == 1) {
      leases.requireVersion(table.version());
    }
    AllocationTable before = agreement.agreed();
    agreement.learn(table);
    Set<NodeId> receivers = new LinkedHashSet<>(table.base());
    if (before != null) {
      receivers.addAll(before.memberIds()); // a dispatcher that left learns it, too
    }
    receivers.addAll(table.memberIds());
    context.sendAll(receivers, new ClusterMessage.Install(table));
    leases.count();
  }
}
