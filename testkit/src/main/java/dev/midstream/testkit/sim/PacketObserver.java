package dev.midstream.testkit.sim;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** Observes all packets of a simulated network. */
@FunctionalInterface
public interface PacketObserver {

  /** The place where a packet is seen. */
  enum Place {
    /** It leaves an endpoint. */
    SENT,
    /** It arrives at the box, after the faults of the wire. */
    INTO_BOX,
    /** It leaves the box. */
    OUT_OF_BOX,
    /** It arrives at an endpoint. */
    RECEIVED
  }

  /** Observes a packet on the wire {@code leg}; the packet is valid during the call. */
  void seen(Place place, Leg leg, Packet packet, long nowNanos);

  /** A timer of the box fires. */
  default void timer(long nowNanos) {}

  /** A packet left the box and was too large for the link behind it; it is valid in the call. */
  default void drops(Packet packet) {}
}
