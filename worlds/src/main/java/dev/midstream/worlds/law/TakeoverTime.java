package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.worlds.plan.EndpointPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import org.jspecify.annotations.Nullable;

/**
 * The time that takeovers may cost: their timeouts, and the repair of what the engine kept after a
 * gap when it died. Without SACK a sender learns of one lost segment in each round trip (RFC 6582
 * section 3.2).
 */
final class TakeoverTime implements BoxObserver {
  private static final long FIRST_TIMEOUT_NANOS = 2_000_000_000L;

  private final SimulatedWorld world;

  /** How many timeouts takeovers may cost, each twice as long as the one before: one each. */
  private int timeouts = SimulatedWorld.MOST_TAKEOVERS;

  private long nanos;
  private long lastNanos;

  TakeoverTime(SimulatedWorld world) {
    this.world = world;
  }

  /** An engine died that may have seen only the first SYN: both ends repeat theirs. */
  void noteSynLost() {
    nanos = Math.max(nanos, timeoutsNanos());
  }

  @Override
  public void dies(Death death, long nowNanos) {
    lastNanos = nowNanos;
    long segments = 0;
    for (Direction each : Direction.BOTH) {
      if (!isSackAgreed()) {
        segments += Math.ceilDiv(death.delayedBytes(each), segmentBytes(world.sender(each)));
      }
    }
    nanos = Math.max(nanos, timeoutsNanos()) + segments * 2 * world.path().delayNanos();
  }

  /**
   * Notes that an engine died whose SACK blocks the senders of {@code talk}, if it has begun, may
   * believe. A sender may repeat what was reported only when it has repeated all before that, and
   * its timer expires once more (RFC 2018 section 8).
   */
  void noteReported(@Nullable Conversation talk) {
    if (talk != null && talk.client().reportedBytes() + talk.server().reportedBytes() > 0) {
      timeouts++;
      nanos = Math.max(nanos, timeoutsNanos());
    }
  }

  /**
   * After one measurement a timeout is three round trips long (RFC 6298 section 2.2). One that
   * faults have doubled is at most twice as long as they lasted, and keeps its length until an
   * octet is acknowledged that left once (section 3).
   */
  private long timeoutsNanos() {
    long measuredNanos = 3 * 2 * world.path().delayNanos();
    long doubledNanos = 2 * world.path().calmNanos();
    return ((1L << timeouts) - 1)
        * Math.max(FIRST_TIMEOUT_NANOS, Math.max(measuredNanos, doubledNanos));
  }

  private boolean isSackAgreed() {
    return world.client().options().has(Behaviour.SACK)
        && world.server().options().has(Behaviour.SACK);
  }

  /** The usual length of a segment: each write makes one, or more. */
  private static long segmentBytes(EndpointPlan end) {
    return Math.clamp(end.bytes() / Math.max(1, end.parts()), 1, end.options().segmentBytes());
  }

  /** When an engine that knew octets of the connection died last; 0 if none did. */
  long lastNanos() {
    return lastNanos;
  }

  /** The time that the takeovers until now may cost; 0 without one. */
  long nanos() {
    return nanos;
  }
}
