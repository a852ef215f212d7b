package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the urgent pointers that one receiver gets (H-37): none, or only pointers after an octet
 * that the sender pointed after.
 */
final class UrgentOracle implements BoxObserver {
  private final Leg sender;
  private final WholeStream stream;
  private final Urgent policy;
  private final Set<Long> ends = new HashSet<>();

  /** Checks what the receiver of {@code direction} gets. */
  UrgentOracle(Direction direction, WholeStream stream, Urgent policy) {
    sender = Ends.legOfSender(direction);
    this.stream = stream;
    this.policy = policy;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg == sender && segment.view().isUrg()) {
      ends.add(segment.start() + segment.view().urgentPointer());
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg == sender || !segment.view().isUrg()) {
      return;
    }
    long newEnd = segment.start() + segment.view().urgentPointer();
    boolean known = ends.stream().anyMatch(end -> stream.mayEndAt(end, newEnd));
    LawBroken.unless(
        policy == Urgent.PASS && known,
        Law.FIDELITY,
        () -> "urgent pointer: policy=" + policy + " newEnd=" + newEnd + " nanos=" + nowNanos);
  }
}
