package dev.midstream.bench.port;

import dev.midstream.bench.frame.ForwardingBox;
import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;

/** A program: a port that forwards between two interfaces without an engine, until it is killed. */
public final class BarePort {
  private BarePort() {}

  /**
   * Forwards.
   *
   * @param arguments inside, outside, and the {@link ReceiveMode}
   */
  public static void main(String... arguments) throws PortException {
    ReceiveMode mode = ReceiveMode.valueOf(arguments[2]);
    try (Port port = AfPacketPort.open(arguments[0], arguments[1], mode, BarePort::tell)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> report(port)));
      System.out.println("ready");
      new PortLoop(port, new ForwardingBox()).run();
    }
  }

  private static void tell(Leg leg, Object state) {
    System.err.println(leg + " is " + state);
  }

  private static void report(Port port) {
    for (Leg leg : Leg.values()) {
      System.out.println(leg + " " + port.counters(leg));
    }
  }
}
