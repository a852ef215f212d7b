package dev.midstream.wire.port;

import dev.midstream.wire.packet.Leg;

/** Hears of an interface's changes, on the port's thread. */
@FunctionalInterface
public interface LegListener {
  void onState(Leg leg, LegState state);

  /** A leg's interface has another name now, or one of another name has taken its place. */
  default void onName(Leg leg, String name) {}

  /**
   * An interface of a leg's name is there again, but the leg may not have it. It stays absent, and
   * tries again; told once.
   */
  default void onRefused(Leg leg, String reason) {}

  /**
   * Frames of a leg come another way from now on, because the kernel has stopped to fill a ring.
   */
  default void onRingStopped(Leg leg) {}

  /** Both legs seem to lie on one network: what one sends comes back by the other. */
  default void onLoop() {}
}
