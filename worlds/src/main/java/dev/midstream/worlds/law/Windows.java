package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.Map;

/**
 * The right edges of one connection: what both endpoints grant, and what the box promises them. A
 * SYN without ACK does not count: the SYN-ACK after it may show less.
 */
public final class Windows implements BoxObserver {
  private final Map<Leg, Integer> scales = new EnumMap<>(Leg.class);
  private final Map<Leg, Long> granted = new EnumMap<>(Leg.class);
  private final Map<Leg, Long> promised = new EnumMap<>(Leg.class);

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    if (segment.view().isSyn()) {
      scales.put(leg, segment.options().windowScale());
    }
    note(granted, leg, leg, segment);
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    note(promised, leg, leg.opposite(), segment);
  }

  private void note(Map<Leg, Long> edges, Leg key, Leg receiver, WatchedSegment segment) {
    if (!segment.view().isRst() && segment.view().isAck()) {
      edges.merge(key, edge(receiver, segment), Math::max);
    }
  }

  /** The right edge in {@code segment}, a window of the endpoint on the side {@code receiver}. */
  long edge(Leg receiver, WatchedSegment segment) {
    int shift = segment.view().isSyn() ? 0 : scale(receiver);
    return segment.ack() + ((long) segment.view().windowField() << shift);
  }

  /**
   * The shift count of the windows of the endpoint on the side {@code receiver}; 0 if not agreed.
   */
  int scale(Leg receiver) {
    int own = scales.getOrDefault(receiver, -1);
    boolean agreed = own >= 0 && scales.getOrDefault(receiver.opposite(), -1) >= 0;
    return agreed ? own : 0;
  }

  /** Another box does not know what this one promised. */
  @Override
  public void dies(Death death, long nowNanos) {
    forgetPromises();
  }

  /** Forgets what the box promised. */
  void forgetPromises() {
    promised.clear();
  }

  /** The furthest edge that the endpoint on the side {@code leg} granted, in the edited stream. */
  long grantedBy(Leg leg) {
    return granted.getOrDefault(leg, 0L);
  }

  /** The furthest edge that the box promised the endpoint on the side {@code leg}. */
  public long promisedTo(Leg leg) {
    return promised.getOrDefault(leg, 0L);
  }
}
