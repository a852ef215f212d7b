package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Checks that an endpoint gets nothing but resets after the first one of the box, for as long as
 * the box remembers the connection.
 */
final class ResetObserver implements BoxObserver {
  private static final long REMEMBERED_NANOS = 60_000_000_000L;

  private final BooleanSupplier isReset;
  private final Map<Leg, Long> resets = new EnumMap<>(Leg.class);

  /** Checks from the time on at which {@code isReset}. */
  ResetObserver(BooleanSupplier isReset) {
    this.isReset = isReset;
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    boolean rst = segment.view().isRst();
    Long resetNanos = resets.get(leg);
    LawBroken.unless(
        rst || resetNanos == null || nowNanos >= resetNanos + REMEMBERED_NANOS,
        Law.FIDELITY,
        () -> "a segment follows the reset: leg=" + leg + " nanos=" + nowNanos);
    if (rst && isReset.getAsBoolean()) {
      resets.putIfAbsent(leg, nowNanos);
    }
  }
}
