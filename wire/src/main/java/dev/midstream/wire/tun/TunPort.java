package dev.midstream.wire.tun;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.TwoLegPort;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

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
    Arena arena = Arena.ofConfined();
    @Nullable TunLeg first = null;
    @Nullable TunLeg second = null;
    try {
      Linux linux = new Linux(arena);
      first = TunLeg.open(linux, inside, state -> listener.onState(Leg.INSIDE, state));
      second = TunLeg.open(linux, outside, state -> listener.onState(Leg.OUTSIDE, state));
      return new TwoLegPort(arena, linux, first, second, listener::onLoop);
    } catch (PortException | RuntimeException e) {
      close(first);
      close(second);
      arena.close();
      throw e;
    }
  }

  private static void close(@Nullable TunLeg leg) {
    if (leg != null) {
      leg.close();
    }
  }
}
