package dev.midstream.worlds.law;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/** Checks that no octet and no FIN leaves twice to one endpoint in one call of the box (law 11). */
final class RepeatOracle implements BoxObserver {
  private final Leg leg;
  private final RangeSet left = new RangeSet();
  private boolean takesOver;

  /** Checks what the endpoint on the side {@code leg} receives. */
  RepeatOracle(Leg leg) {
    this.leg = leg;
  }

  @Override
  public void begins(long nowNanos) {
    takesOver &= left.size() == 0;
    left.clear();
  }

  /** Another box sends what may not have left, and then processes a packet, in one call. */
  @Override
  public void dies(Death death, long nowNanos) {
    takesOver = true;
  }

  /** So does one that got the connection by a hand-over. */
  @Override
  public void handedOver() {
    takesOver = true;
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    if (to != leg || segment.end() <= segment.start()) {
      return;
    }
    LawBroken.unless(
        takesOver || !left.intersects(segment.start(), segment.end()),
        Law.PROGRESS,
        () ->
            "octets leave twice in one call: leg=%s start=%d end=%d nanos=%d"
                .formatted(leg, segment.start(), segment.end(), nowNanos));
    left.addUnbounded(segment.start(), segment.end());
  }
}
