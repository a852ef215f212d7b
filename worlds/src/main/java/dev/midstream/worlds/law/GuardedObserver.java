package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * An observer whose errors say that a law is broken.
 *
 * @param law the law that {@code observer} checks
 * @param observer throws an {@link AssertionError} if it is broken
 */
public record GuardedObserver(Law law, PacketObserver observer) implements PacketObserver {
  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    try {
      observer.seen(place, leg, packet, nowNanos);
    } catch (AssertionError e) {
      throw new LawBroken(law, String.valueOf(e.getMessage()), e);
    }
  }
}
