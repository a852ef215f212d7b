package dev.midstream.cluster.node;

import dev.midstream.cluster.member.NodeId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long a node that doubts that it may go on lets others go on: to one of those that follow it
 * the missing ones may have been proved dead in time.
 *
 * <p>Not thread-safe.
 */
final class Doubt {
  /*
   * A node begins to doubt in its own turn, perhaps as that begins. The turn of the last one of the
   * others begins when as many turns are over as there are others: it has half of a turn more, as
   * clocks differ, and not all have begun to count at the same time.
   */
  private final NodeContext context;

  /** The others that followed at first, of which some may have given up; null without doubt. */
  private @Nullable Set<NodeId> others;

  /** Those of them that were not heard for a while. */
  private final Set<NodeId> lost = new HashSet<>();

  private long sinceNanos;

  Doubt(NodeContext context) {
    this.context = context;
  }

  /** This node may go on, or another one may. */
  void end() {
    others = null;
    lost.clear();
  }

  /** Begins anew once one is heard again that was not: it could not ask in its turn. */
  void tick() {
    if (others == null) {
      return;
    }
    for (NodeId node : others) {
      if (isOutOfHearing(node)) {
        lost.add(node);
      } else if (lost.contains(node)) {
        end();
        return;
      }
    }
  }

  /**
   * Steps down once the others that follow had their turns. The wait begins anew after a pause of
   * this node, and if one follows that did not before. One that gives up does not prolong it.
   *
   * @param following the others that follow now
   */
  void giveUpInTime(Set<NodeId> following) {
    boolean wasStopped = context.evidence.watchedSinceNanos() - sinceNanos > 0;
    Set<NodeId> waitedFor = others;
    if (waitedFor == null || wasStopped || !waitedFor.containsAll(following)) {
      waitedFor = following;
      others = following;
      sinceNanos = context.now();
    }
    long turnNanos = context.promiseNanos();
    long waitNanos = following.isEmpty() ? 0 : waitedFor.size() * turnNanos + turnNanos / 2;
    if (context.now() - sinceNanos >= waitNanos) {
      context.stepDown(ClusterEffect.Reason.DOUBT);
    }
  }

  private boolean isOutOfHearing(NodeId node) {
    long silentNanos = context.evidence.silentNanos(node, context.now());
    boolean isSilent = silentNanos >= context.settings.detectNanos() * 3 / 4;
    return isSilent || context.evidence.isDead(node) || !context.isReachable(node);
  }
}
