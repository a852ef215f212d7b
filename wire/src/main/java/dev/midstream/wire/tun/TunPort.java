package dev.midstream.wire.tun;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TwoLegPort;

/**
 * Makes TUN devices and opens ports between them. A device may be moved to another network name
 * space while the port holds it; it ends with the port. One that is deleted does not come back.
 */
public final class TunPort {
  private TunPort() {}

  /**
   * Makes both devices, down and without addresses, and opens a port for the calling thread.
   *
   * @throws PortException with what the operator must change
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
