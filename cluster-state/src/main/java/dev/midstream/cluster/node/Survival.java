package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.member.SurvivorRule;
import dev.midstream.cluster.member.SurvivorRule.Standing;
import java.util.List;
import java.util.function.Predicate;

/** Whether a set of members may go on, as this node sees it. */
final class Survival {
  /*
   * Of two members that do not hear each other, one may go on (`lone: prove`):
   *
   * - The coordinator, once the other one is silent for so long that its lease is over. It is the one
   *   that made the table which is agreed on last (`Agreement.coordinatesLast`).
   * - The other one, if the coordinator is silent on every interface. It must have fallen silent
   *   everywhere before this node's lease ended: a coordinator that was heard later on a forwarding
   *   interface lives and goes on, and has removed this node by now.
   *
   * A coordinator that was stopped meanwhile has no lease when it wakes up. It watches for a whole
   * promise before it may call the other one silent, and in that time it hears the other's probes,
   * which carry a greater round. So the round tells which of the two went on: a coordinator that was
   * only late for longer than a lease has not.
   *
   * Until one may go on it waits, also if the other one is proved dead meanwhile: a proof that comes
   * after the lease does not show that the other one had not gone on, but its silence does.
   *
   * Nodes behind dispatchers have no forwarding interfaces, so silence there says nothing: only the
   * coordinator goes on.
   *
   * With `lone: continue` the other one goes on, too, unless the coordinator still answers at its
   * port. So a node whose lease has ended while it was stopped knows that the other one went on, and
   * that its own replicas are old: it waits until it meets the other, or begins anew if it does not.
   */
  private final NodeContext context;
  private final Agreement agreement;
  private long greatestRoundOnLeg;

  Survival(NodeContext context, Agreement agreement) {
    this.context = context;
    this.agreement = agreement;
  }

  /** The standing of the members that are {@code present} in a table that may not be agreed yet. */
  Standing standing(AllocationTable table, boolean agreed, Predicate<NodeId> present) {
    Standing standing = of(table.voterIds(), present);
    return agreed ? standing : standing.and(of(table.base(), present));
  }

  /**
   * Whether the members that are {@code present} may come to suffice when others have been silent
   * for longer.
   */
  boolean maySuffice(AllocationTable table, boolean agreed, Predicate<NodeId> present) {
    return maySuffice(table.voterIds(), present) && (agreed || maySuffice(table.base(), present));
  }

  private boolean maySuffice(List<NodeId> members, Predicate<NodeId> present) {
    return SurvivorRule.of(members, present, context.evidence::isDeadInTime, this::mayOutlive)
        .suffices();
  }

  Standing of(List<NodeId> members, Predicate<NodeId> present) {
    return SurvivorRule.of(members, present, context.evidence::isDeadInTime, this::isOutlived);
  }

  /**
   * Whether {@code node} has been silent for so long that no lease which this node gave it can
   * still run: a lease answers a keepalive, is counted from when that was sent, and is no longer
   * than the detection time.
   */
  boolean isSilent(NodeId node) {
    return context.evidence.silentNanos(node, context.now()) >= context.promiseNanos();
  }

  void heardOnLeg(NodeId node, long round) {
    context.evidence.heardOnLeg(node, context.now());
    greatestRoundOnLeg = Math.max(greatestRoundOnLeg, round);
  }

  private boolean isOutlived(NodeId other) {
    if (context.settings.lone() == ClusterSettings.Lone.STOP || !isSilent(other)) {
      return false;
    }
    boolean continues = context.settings.lone() == ClusterSettings.Lone.CONTINUE;
    if (continues && hasOverslept()) {
      return false;
    }
    if (agreement.coordinatesLast()) {
      return greatestRoundOnLeg <= ownRound();
    }
    boolean silentOnAll =
        context.evidence.silentOnAllNanos(other, context.now()) >= context.promiseNanos()
            && isSilentAfterLease(other);
    return agreement.isPromiseOver() && (continues ? isQuiet(other) : silentOnAll);
  }

  /** Whether {@code other} may be outlived once it has been silent for longer. */
  private boolean mayOutlive(NodeId other) {
    boolean proves = context.settings.lone() == ClusterSettings.Lone.PROVE && !hasOverslept();
    return proves
        && (agreement.coordinatesLast()
            ? greatestRoundOnLeg <= ownRound()
            : isSilentAfterLease(other));
  }

  /** Whether {@code other} would have been heard on an interface if it had gone on. */
  private boolean isSilentAfterLease(NodeId other) {
    return context.settings.dispatchers().isEmpty()
        && !context.evidence.wasOnLegAfter(other, agreement.leaseEndNanos());
  }

  private boolean isQuiet(NodeId other) {
    return context.evidence.quietNanos(other.address(), context.now()) >= context.promiseNanos();
  }

  /** Whether the lease of this node has ended before it went on. */
  private boolean hasOverslept() {
    return context.evidence.watchedSinceNanos() - agreement.leaseEndNanos() >= 0;
  }

  private long ownRound() {
    AllocationTable table = agreement.accepted();
    return table == null ? 0 : table.version().term().round();
  }

  /** Steps down if this node is one of two and the other one goes on without it. */
  void giveWayIfOutlived() {
    AllocationTable table = agreement.agreed();
    if (table == null || !table.voterIds().contains(context.self)) {
      return;
    }
    if (table.voterIds().size() != 2 || agreement.hasLease()) {
      return;
    }
    for (NodeId other : table.voterIds()) {
      if (!other.equals(context.self) && isOutlivedBy(other)) {
        context.stepDown(ClusterEffect.Reason.LONE);
      }
    }
  }

  private boolean isOutlivedBy(NodeId other) {
    return switch (context.settings.lone()) {
      case PROVE ->
          isSilent(other)
              && !context.evidence.isDead(other)
              && context.evidence.wasOnLegAfter(other, agreement.leaseEndNanos())
              && greatestRoundOnLeg > ownRound();
      case CONTINUE -> hasOverslept() && context.isDeserted(other.address());
      case STOP -> false;
    };
  }
}
