package dev.midstream.testkit.sim;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** Sees every packet of a simulated network, and changes none. */
@FunctionalInterface
public interface PacketObserver {

  /** Where a packet is seen. */
  enum Place {
    /** It has just left an end. */
    SENT,
    /** It arrives at the box, faults behind it. */
    INTO_BOX,
    /** It has just left the box. */
    OUT_OF_BOX,
    /** It arrives at an end. */
    RECEIVED
  }

  /** Sees a packet on the wire {@code leg}, valid during the call. */
  void seen(Place place, Leg leg, Packet packet, long nowNanos);
}
