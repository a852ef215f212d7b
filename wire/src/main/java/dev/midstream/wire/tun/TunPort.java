package dev.midstream.wire.tun;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TwoLegPort;

/**
 * Creates TUN devices and opens ports between them. A device may be moved to another network
 * namespace while the port holds it, and is deleted with the port. A deleted device does not come
 * back.
 */
public final class TunPort {
  private TunPort() {}

  /**
   * Creates both devices, down and without addresses, and opens a port for the calling thread.
   *
   * @throws PortException if that fails; the message says what the operator must change
   */
  public static Port open(String inside, String outside, LegListener listener)
      throws PortException {
    return TwoLegPort.open(
        (linux, leg) -> {
          String name = leg == Leg.INSIDE ? inside : outside;
          return TunLeg.open(linux, name, state -> listener.onState(leg, state));
        },
        listener::onLoop);
  }
}
