package dev.midstream.worlds.law;

import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * Shows an observer the packets of a connection as long as the box remembers it: for the time of a
 * tombstone after the first reset that leaves it. What an end sends later belongs to no known
 * connection.
 */
final class UntilForgotten implements PacketObserver {
  private final PacketObserver observer;
  private final SegmentReader view = new SegmentReader();
  private long forgottenNanos = Long.MAX_VALUE;

  UntilForgotten(PacketObserver observer) {
    this.observer = observer;
  }

  @Override
  public void timer(long nowNanos) {
    observer.timer(nowNanos);
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (nowNanos > forgottenNanos) {
      return;
    }
    observer.seen(place, leg, packet, nowNanos);
    boolean reset = place == Place.OUT_OF_BOX && view.read(packet) && view.isRst();
    if (reset && forgottenNanos == Long.MAX_VALUE) {
      forgottenNanos = nowNanos + ConnectionExpiry.TOMBSTONE_NANOS;
    }
  }
}
