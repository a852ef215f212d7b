package dev.midstream.worlds.law;

import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts the segments that leave with an older timestamp than others before, because the box that
 * sent those has died. Their receivers drop them (PAWS, RFC 7323 section 5.2) and answer.
 */
final class StaleTimestamps implements BoxObserver {
  private final Map<Leg, Integer> newest = new EnumMap<>(Leg.class);
  private final Map<Leg, Integer> counts = new EnumMap<>(Leg.class);
  private boolean died;
  private boolean unseen;

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (!segment.options().hasTimestamps()) {
      return;
    }
    int value = segment.options().timestampValue();
    if (!newest.containsKey(leg) || !SequenceNumbers.isOlder(value, newest.get(leg))) {
      newest.put(leg, value);
    } else if (died) {
      counts.merge(leg, 1, Integer::sum);
    }
  }

  @Override
  public void dies(Death death, long nowNanos) {
    died = true;
  }

  /** Notes that what leaves from now on is not seen. */
  void noteUnseen() {
    unseen = true;
  }

  /** The number of such segments to the endpoint on the side {@code leg}, at most. */
  long count(Leg leg) {
    return died && unseen ? Integer.MAX_VALUE : counts.getOrDefault(leg, 0);
  }

  /** Whether a box has died. */
  boolean hasDied() {
    return died;
  }
}
