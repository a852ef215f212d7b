package dev.midstream.worlds.law;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.ControlBits;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks the congestion marks of what leaves in the name of one endpoint (law 1, H-46). No mark and
 * no CWR leaves more often than it arrived. Only octets are ECN-capable, and only when they leave
 * for the first time or with a capable segment of their sender (RFC 3168 section 6.1).
 */
final class CongestionOracle implements BoxObserver {
  private static final int MARK = 3;

  private final Leg sender;
  private boolean capable;
  private boolean capableCause;
  private long end = Long.MIN_VALUE;
  private long endBefore = Long.MIN_VALUE;
  private long inheritedEnd = Long.MIN_VALUE;
  private int marks;
  private int reductions;

  /** Checks what leaves in the name of the endpoint on the side {@code sender}. */
  CongestionOracle(Leg sender) {
    this.sender = sender;
  }

  @Override
  public void begins(long nowNanos) {
    capableCause = false;
    endBefore = end;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg != sender) {
      return;
    }
    capableCause = segment.view().ecn() != 0;
    capable |= capableCause;
    marks += segment.view().ecn() == MARK ? 1 : 0;
    reductions += isReducing(segment) ? 1 : 0;
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg == sender) {
      return;
    }
    boolean isNew = segment.end() > endBefore || segment.start() < inheritedEnd;
    boolean first = segment.end() > segment.start() && isNew;
    boolean mayBeCapable = capable && (first || capableCause) && segment.end() > segment.start();
    require(segment.view().ecn() == 0 || mayBeCapable, "is ECN-capable", segment, nowNanos);
    marks -= segment.view().ecn() == MARK ? 1 : 0;
    reductions -= isReducing(segment) ? 1 : 0;
    require(marks >= 0, "more marks than arrived", segment, nowNanos);
    require(reductions >= 0, "more CWR than arrived", segment, nowNanos);
    end = segment.end() > segment.start() ? Math.max(end, segment.end()) : end;
  }

  /** Another box does not know which of the decided octets have left. */
  @Override
  public void dies(Death death, long nowNanos) {
    inheritedEnd = Math.max(inheritedEnd, death.newEnd(Ends.directionFrom(sender)));
  }

  private static boolean isReducing(WatchedSegment segment) {
    return (segment.view().flags() & ControlBits.CWR) != 0 && !segment.view().isSyn();
  }

  private void require(boolean holds, String what, WatchedSegment segment, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.FIDELITY,
        () ->
            "%s: sender=%s start=%d end=%d nanos=%d"
                .formatted(what, sender, segment.start(), segment.end(), nowNanos));
  }
}
