package dev.midstream.worlds.law;

import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts the segments that leave with an older timestamp than others before, because the box that
 * sent those has died, because a SYN waited for its record and left unchanged, or because others
 * overtook them on the fast path. Their receivers drop them (PAWS, RFC 7323 section 5.2) and
 * answer.
 */
final class StaleTimestamps implements BoxObserver {
  private final Map<Leg, Integer> newest = new EnumMap<>(Leg.class);
  private final Map<Leg, Integer> counts = new EnumMap<>(Leg.class);

  /** The sides to which a SYN was to leave that arrived with no older timestamp. */
  private final Set<Leg> synsInTime = EnumSet.noneOf(Leg.class);

  private boolean died;
  private boolean overtaken;
  private boolean unseen;

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    Leg to = leg.opposite();
    if (segment.view().isSyn() && segment.options().hasTimestamps() && !isOld(to, segment)) {
      synsInTime.add(to);
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (!segment.options().hasTimestamps()) {
      return;
    }
    if (!isOld(leg, segment)) {
      newest.put(leg, segment.options().timestampValue());
    } else if (died || (segment.view().isSyn() && synsInTime.contains(leg))) {
      counts.merge(leg, 1, Integer::sum);
    }
  }

  private boolean isOld(Leg to, WatchedSegment segment) {
    Integer known = newest.get(to);
    return known != null && SequenceNumbers.isOlder(segment.options().timestampValue(), known);
  }

  @Override
  public void dies(Death death, long nowNanos) {
    died = true;
  }

  /** Notes that segments may wait before the engine while later ones pass, which are not seen. */
  void noteOvertaken() {
    overtaken = true;
  }

  /** Notes that what leaves from now on is not seen. */
  void noteUnseen() {
    unseen = true;
  }

  /** The number of such segments to the endpoint on the side {@code leg}, at most. */
  long count(Leg leg) {
    return (died && unseen) || overtaken ? Integer.MAX_VALUE : counts.getOrDefault(leg, 0);
  }

  /** Whether a box has died. */
  boolean hasDied() {
    return died;
  }
}
