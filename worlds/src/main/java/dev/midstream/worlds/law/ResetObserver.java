package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Checks that an endpoint gets nothing but resets after the first one of the box. */
final class ResetObserver implements BoxObserver {
  private final BooleanSupplier isReset;
  private final Set<Leg> done = EnumSet.noneOf(Leg.class);

  /** Checks from the time on at which {@code isReset}. */
  ResetObserver(BooleanSupplier isReset) {
    this.isReset = isReset;
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    boolean rst = segment.view().isRst();
    LawBroken.unless(
        rst || !done.contains(leg),
        Law.FIDELITY,
        () -> "a segment follows the reset: leg=" + leg + " nanos=" + nowNanos);
    if (rst && isReset.getAsBoolean()) {
      done.add(leg);
    }
  }
}
