package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TwoLegPort;

/**
 * Opens ports between two Ethernet interfaces of this network name space. The interfaces are named
 * once: a renamed one goes on and its new name is told, one that vanishes is looked for by the name
 * given here, once a second, and not taken while another program has a claim on it. One that is
 * down counts what it drops and goes on when it is up.
 */
public final class AfPacketPort {
  private AfPacketPort() {}

  /**
   * Opens a port for the calling thread. An interface that is down is no error; one that does not
   * exist, or that is a part of another one, such as a bridge, is.
   *
   * @throws PortException with what the operator must change
   */
  public static Port open(String inside, String outside, ReceiveMode mode, LegListener listener)
      throws PortException {
    return open(inside, outside, mode, Share.WHOLE, listener);
  }

  /**
   * The same for a share of the frames, those of both interfaces that its filter takes. The kernel
   * runs that before it copies anything.
   */
  public static Port open(
      String inside, String outside, ReceiveMode mode, Share share, LegListener listener)
      throws PortException {
    if (inside.equals(outside)) {
      throw new PortException("inside and outside are the same interface: name=" + inside);
    }
    return TwoLegPort.open(
        (linux, leg) -> {
          String name = leg == Leg.INSIDE ? inside : outside;
          return PacketLeg.open(linux, leg, name, mode, share, listener);
        },
        listener::onLoop);
  }
}
