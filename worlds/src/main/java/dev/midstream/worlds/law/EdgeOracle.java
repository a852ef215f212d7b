package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks that no octet leaves beyond the furthest right edge that its receiver ever granted (law
 * 6), whatever became of that window. A SYN may carry octets before any window is known, and a
 * sender may probe a closed window with one octet.
 */
final class EdgeOracle implements BoxObserver {
  private final Leg leg;
  private final Windows windows;

  /** Checks what the endpoint on the side {@code leg} receives. */
  EdgeOracle(Leg leg, Windows windows) {
    this.leg = leg;
    this.windows = windows;
  }

  @Override
  public void leaves(Leg to, WatchedSegment segment, long nowNanos) {
    if (to != leg || segment.view().isSyn() || segment.view().payloadLength() <= 1) {
      return;
    }
    LawBroken.unless(
        segment.payloadEnd() <= windows.grantedBy(leg),
        Law.BOUNDS,
        () ->
            "octets beyond the window: leg=%s end=%d edge=%d nanos=%d"
                .formatted(leg, segment.payloadEnd(), windows.grantedBy(leg), nowNanos));
  }
}
