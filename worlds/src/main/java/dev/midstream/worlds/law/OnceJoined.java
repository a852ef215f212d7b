package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.function.BooleanSupplier;

/**
 * Shows an observer what leaves the box from the pick-up of a connection on: what left before, the
 * engine does not know. What arrives at the box is shown always.
 */
final class OnceJoined implements PacketObserver {
  private final PacketObserver observer;
  private final BooleanSupplier joined;

  /** Shows {@code observer} packets once the engine has {@code joined}. */
  OnceJoined(PacketObserver observer, BooleanSupplier joined) {
    this.observer = observer;
    this.joined = joined;
  }

  @Override
  public void timer(long nowNanos) {
    observer.timer(nowNanos);
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place != Place.OUT_OF_BOX || joined.getAsBoolean()) {
      observer.seen(place, leg, packet, nowNanos);
    }
  }

  @Override
  public void drops(Packet packet) {
    if (joined.getAsBoolean()) {
      observer.drops(packet);
    }
  }
}
