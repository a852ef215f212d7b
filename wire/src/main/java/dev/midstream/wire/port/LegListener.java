package dev.midstream.wire.port;

import dev.midstream.wire.packet.Leg;

/** Hears of an interface's changes, on the port's thread. */
@FunctionalInterface
public interface LegListener {
  void onState(Leg leg, LegState state);

  /**
   * Frames of a leg come another way from now on, because the kernel has stopped to fill a ring.
   */
  default void onRingStopped(Leg leg) {}

  /** Both legs seem to lie on one network: what one sends comes back by the other. */
  default void onLoop() {}
}
