package dev.midstream.gateway.run;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.tun.TunPort;
import java.util.Locale;

/** Opens the port that a configuration names. */
final class Ports {
  private Ports() {}

  /**
   * Opens it for the calling thread.
   *
   * @param share what of it, if several workers share it
   */
  static Port open(PortSettings settings, Share share, LegListener listener)
      throws InputException, PortException {
    if (settings.inside().isEmpty() || settings.outside().isEmpty()) {
      throw new InputException("run needs port.inside and port.outside, the names of interfaces");
    }
    return switch (settings.kind()) {
      case AFPACKET ->
          AfPacketPort.open(
              settings.inside(), settings.outside(), settings.receive(), share, listener);
      case TUN -> TunPort.open(settings.inside(), settings.outside(), listener);
      case NFQUEUE, PCAP, RELAY ->
          throw new InputException(
              "run cannot use this kind of port, port.kind="
                  + settings.kind().name().toLowerCase(Locale.ROOT));
    };
  }
}
