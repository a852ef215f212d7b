package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.worlds.plan.EndpointPlan;
import dev.midstream.worlds.plan.SimulatedWorld;

/**
 * The time that takeovers may cost: their timeouts, and the repair of what the engine kept after a
 * gap when it died. Without SACK a sender learns of one lost segment in each round trip (RFC 6582
 * section 3.2).
 */
final class TakeoverTime implements BoxObserver {
  /** The timeouts of four takeovers, each twice as long as the one before. */
  private static final long TIMEOUTS_NANOS = 30_000_000_000L;

  /**
   * The same with two more: a receiver that discards what it has reported makes its sender wait for
   * a timeout, too (RFC 2018 section 8). No new octet is measured between them (RFC 6298 section
   * 3).
   */
  private static final long RENEGING_TIMEOUTS_NANOS = 126_000_000_000L;

  private final SimulatedWorld world;
  private long nanos;

  TakeoverTime(SimulatedWorld world) {
    this.world = world;
  }

  /** An engine died that may have seen only the first SYN: both ends repeat theirs. */
  void noteSynLost() {
    nanos = Math.max(nanos, timeoutsNanos());
  }

  @Override
  public void dies(Death death, long nowNanos) {
    long segments = 0;
    for (Direction each : Direction.BOTH) {
      if (!isSackAgreed()) {
        segments += Math.ceilDiv(death.delayedBytes(each), segmentBytes(world.sender(each)));
      }
    }
    nanos = Math.max(nanos, timeoutsNanos()) + segments * 2 * world.path().delayNanos();
  }

  private long timeoutsNanos() {
    boolean reneges =
        world.client().options().has(Behaviour.RENEGING)
            || world.server().options().has(Behaviour.RENEGING);
    return reneges ? RENEGING_TIMEOUTS_NANOS : TIMEOUTS_NANOS;
  }

  private boolean isSackAgreed() {
    return world.client().options().has(Behaviour.SACK)
        && world.server().options().has(Behaviour.SACK);
  }

  /** The usual length of a segment: each write makes one, or more. */
  private static long segmentBytes(EndpointPlan end) {
    return Math.clamp(end.bytes() / Math.max(1, end.parts()), 1, end.options().segmentBytes());
  }

  /** The time that the takeovers until now may cost; 0 without one. */
  long nanos() {
    return nanos;
  }
}
