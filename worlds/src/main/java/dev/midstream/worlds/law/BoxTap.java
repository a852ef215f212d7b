package dev.midstream.worlds.law;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads each segment of one connection at the box once, for all its observers. */
final class BoxTap implements PacketObserver {
  /** So far below its stream nothing is accepted. No stream of a world is as long. */
  private static final long OLD_BYTES = 1L << 29;

  private final Map<Leg, WatchedSegment> arriving = new EnumMap<>(Leg.class);
  private final Map<Leg, WatchedSegment> leaving = new EnumMap<>(Leg.class);
  private final List<BoxObserver> observers = new ArrayList<>();

  private long calledNanos = Long.MIN_VALUE;
  private boolean losing;

  BoxTap(Ends ends) {
    for (Leg leg : Leg.values()) {
      arriving.put(leg, WatchedSegment.sentBy(leg, ends));
      leaving.put(leg, WatchedSegment.sentBy(leg.opposite(), ends));
    }
  }

  void add(BoxObserver observer) {
    observers.add(observer);
  }

  /**
   * The next box may not know the connection. What it asks an end for its number with says nothing:
   * it has the acknowledgement of the other end, and is dropped (RFC 9293 section 3.10.7.4).
   */
  BoxTap losing() {
    losing = true;
    return this;
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX) {
      observers.forEach(each -> each.rests(nowNanos));
      begin(nowNanos);
      WatchedSegment segment = of(arriving, leg);
      if (segment.read(packet)) {
        observers.forEach(each -> each.arrives(leg, segment, nowNanos));
      }
    } else if (place == Place.OUT_OF_BOX) {
      if (nowNanos != calledNanos) {
        begin(nowNanos);
      }
      WatchedSegment segment = of(leaving, leg);
      if (segment.read(packet) && !isDropped(segment)) {
        observers.forEach(each -> each.leaves(leg, segment, nowNanos));
      }
    }
  }

  private boolean isDropped(WatchedSegment segment) {
    return losing && segment.end() < -OLD_BYTES && !segment.view().isRst();
  }

  /** What is essential is recorded. */
  void recorded() {
    observers.forEach(BoxObserver::recorded);
  }

  /** The engine in the box dies. */
  void dies(Death death, long nowNanos) {
    begin(nowNanos);
    observers.forEach(each -> each.dies(death, nowNanos));
  }

  /** The box begins in the middle of the connection. */
  void joins() {
    observers.forEach(BoxObserver::joins);
  }

  /** The engine in the box hands the connection over. */
  void handedOver() {
    observers.forEach(BoxObserver::handedOver);
  }

  @Override
  public void drops(Packet packet) {
    WatchedSegment segment = of(leaving, packet.leg());
    if (segment.read(packet)) {
      observers.forEach(each -> each.drops(packet.leg(), segment, calledNanos));
    }
  }

  @Override
  public void timer(long nowNanos) {
    begin(nowNanos);
  }

  /** What leaves later than the last packet arrived leaves by a timer, too. */
  private void begin(long nowNanos) {
    calledNanos = nowNanos;
    observers.forEach(each -> each.begins(nowNanos));
  }

  private static WatchedSegment of(Map<Leg, WatchedSegment> segments, Leg leg) {
    return Objects.requireNonNull(segments.get(leg));
  }
}
