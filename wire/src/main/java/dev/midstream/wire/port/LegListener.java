package dev.midstream.wire.port;

import dev.midstream.wire.packet.Leg;

/** Receives the changes of an interface, on the port's thread. */
@FunctionalInterface
public interface LegListener {
  void onState(Leg leg, LegState state);

  /** The interface of a leg was renamed, or an interface with another name has replaced it. */
  default void onName(Leg leg, String name) {}

  /**
   * A leg has begun to use another interface, or its largest packet has changed. Called first when
   * the port is opened, and within a second after each change.
   *
   * @param index of the interface; 0 for none
   * @param mtu the largest IP packet that can be sent; 0 for none
   */
  default void onDevice(Leg leg, int index, int mtu) {}

  /**
   * An interface with the name of a leg exists again, but the leg may not use it. The leg stays
   * absent and retries. Called once.
   */
  default void onRefused(Leg leg, String reason) {}

  /** A leg receives by messages from now on, because the kernel stopped filling its ring. */
  default void onRingStopped(Leg leg) {}

  /** Both legs seem to be on one network: what one leg sends comes back on the other. */
  default void onLoop() {}
}
