package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TwoLegPort;

/**
 * Opens ports between two Ethernet interfaces of the current network namespace. The interfaces are
 * given by name. A renamed interface keeps working, and its new name is reported. An interface that
 * disappears is looked up by the given name once a second, and is not used while another program
 * holds its lock. Frames to an interface that is down are dropped and counted.
 */
public final class AfPacketPort {
  private AfPacketPort() {}

  /**
   * Opens a port that belongs to the calling thread. The interfaces must exist and must not be
   * members of another interface such as a bridge; they may be down.
   *
   * @throws PortException if the port cannot be opened; the message says what the operator must
   *     change
   */
  public static Port open(String inside, String outside, ReceiveMode mode, LegListener listener)
      throws PortException {
    return open(inside, outside, mode, Share.WHOLE, listener);
  }

  /**
   * Opens a port that receives a share of the frames: those of both interfaces that the share's
   * filter accepts. The kernel runs the filter before it copies a frame.
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
