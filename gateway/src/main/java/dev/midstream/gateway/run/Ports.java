package dev.midstream.gateway.run;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.tun.TunPort;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Claims and opens the configured port. */
final class Ports {
  private Ports() {}

  /**
   * Reserves the interfaces for this node until the lock is closed.
   *
   * @return null for a port that creates its own interfaces
   * @throws InputException if an interface is missing, or another node has it
   */
  static @Nullable InterfaceLock lock(PortSettings settings) throws InputException {
    if (settings.kind() == PortSettings.Kind.NONE) {
      return null;
    }
    checkNames(settings);
    if (settings.kind() != PortSettings.Kind.AFPACKET) {
      return null;
    }
    try {
      return InterfaceLock.acquire(settings.inside(), settings.outside());
    } catch (PortException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Opens the port for the calling thread.
   *
   * @param share the worker's share, if several workers use the port
   */
  static Port open(PortSettings settings, Share share, LegListener listener)
      throws InputException, PortException {
    checkNames(settings);
    return switch (settings.kind()) {
      case AFPACKET ->
          AfPacketPort.open(
              settings.inside(), settings.outside(), settings.receive(), share, listener);
      case TUN -> TunPort.open(settings.inside(), settings.outside(), listener);
      case NFQUEUE, PCAP, RELAY, NONE ->
          throw new InputException(
              "run cannot use this kind of port, port.kind="
                  + settings.kind().name().toLowerCase(Locale.ROOT));
    };
  }

  private static void checkNames(PortSettings settings) throws InputException {
    if (settings.inside().isEmpty() || settings.outside().isEmpty()) {
      throw new InputException("run needs port.inside and port.outside, the names of interfaces");
    }
  }
}
