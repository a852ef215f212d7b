package dev.midstream.worlds.law;

import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.Map;

/**
 * Checks that an endpoint gets nothing but resets after the first one of the box, for as long as
 * the box remembers the connection.
 */
final class ResetObserver implements BoxObserver {
  private final WatchedAgent agent;
  private final Map<Leg, Long> resets = new EnumMap<>(Leg.class);

  /** Checks after the first reset that leaves when {@code agent} has reset. */
  ResetObserver(WatchedAgent agent) {
    this.agent = agent;
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    boolean rst = segment.view().isRst();
    Long resetNanos = resets.get(leg);
    LawBroken.unless(
        rst || resetNanos == null || nowNanos >= resetNanos + ConnectionExpiry.TOMBSTONE_NANOS,
        Law.FIDELITY,
        () -> "a segment follows the reset: leg=" + leg + " nanos=" + nowNanos);
    if (rst && agent.isResetKnown()) {
      resets.putIfAbsent(leg, nowNanos);
    }
  }

  /** Another box goes on. If it does not know of the reset, an end that got it answers with one. */
  @Override
  public void dies(Death death, long nowNanos) {
    if (!resets.isEmpty() && !agent.isResetKnown()) {
      agent.lostReset().noteLeft();
      resets.clear();
    }
  }
}
