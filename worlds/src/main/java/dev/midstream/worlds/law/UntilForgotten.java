package dev.midstream.worlds.law;

import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * Shows an observer the packets of a connection as long as the box remembers it: until an opening
 * was silent for too long, and for the time of a tombstone after the first reset that leaves the
 * box. What an end sends later belongs to no known connection.
 */
final class UntilForgotten implements PacketObserver {
  private final PacketObserver observer;
  private final SegmentReader view = new SegmentReader();
  private long forgottenNanos = Long.MAX_VALUE;
  private boolean opening = true;
  private boolean silent;
  private boolean forgotten;
  private long arrivedNanos;

  UntilForgotten(PacketObserver observer) {
    this.observer = observer;
  }

  @Override
  public void timer(long nowNanos) {
    observer.timer(nowNanos);
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX && opening && view.read(packet)) {
      open(nowNanos);
    }
    forgotten = nowNanos > forgottenNanos;
    if (forgotten) {
      return;
    }
    observer.seen(place, leg, packet, nowNanos);
    boolean reset = place == Place.OUT_OF_BOX && view.read(packet) && view.isRst();
    if (reset && forgottenNanos == Long.MAX_VALUE) {
      forgottenNanos = nowNanos + ConnectionExpiry.TOMBSTONE_NANOS;
    }
  }

  @Override
  public void drops(Packet packet) {
    if (!forgotten) {
      observer.drops(packet);
    }
  }

  /** A SYN begins anew, also after a silence; nothing else of an opening does. */
  private void open(long nowNanos) {
    silent |= nowNanos - arrivedNanos > Timeouts.DEFAULTS.openingNanos();
    silent &= !view.isSyn() || view.isAck();
    arrivedNanos = nowNanos;
    opening = view.isSyn();
    if (!opening && silent) {
      forgottenNanos = nowNanos - 1;
    }
  }
}
