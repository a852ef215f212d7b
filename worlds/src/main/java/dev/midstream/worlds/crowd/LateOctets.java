package dev.midstream.worlds.crowd;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The octets of one direction that its receiver acknowledged a moment ago. The edits in them are
 * still needed for late acknowledgements and D-SACK blocks (H-10): for four retransmission timeouts
 * at most, and not beyond the largest window of the receiver.
 */
final class LateOctets {
  private static final int TIMEOUTS = 4;

  private final Deque<Step> steps = new ArrayDeque<>();
  private long acknowledged;
  private long longestNanos;

  /** An acknowledgement that came at {@code nanos}, and the one before it. */
  private record Step(long before, long nanos) {}

  /**
   * Counts the octets after a call of the engine.
   *
   * @param newAcknowledged what the receiver has acknowledged
   * @param timeoutNanos the retransmission timeout now; the longest one counts of those since the
   *     oldest of these octets was acknowledged
   */
  long count(long newAcknowledged, long windowBytes, long timeoutNanos, long nowNanos) {
    longestNanos = steps.isEmpty() ? timeoutNanos : Math.max(longestNanos, timeoutNanos);
    if (newAcknowledged > acknowledged) {
      steps.add(new Step(acknowledged, nowNanos));
      acknowledged = newAcknowledged;
    }
    while (!steps.isEmpty() && nowNanos - steps.getFirst().nanos() > TIMEOUTS * longestNanos) {
      steps.removeFirst();
    }
    return steps.isEmpty() ? 0 : Math.min(acknowledged - steps.getFirst().before(), windowBytes);
  }
}
