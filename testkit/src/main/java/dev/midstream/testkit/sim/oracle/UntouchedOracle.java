package dev.midstream.testkit.sim.oracle;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import org.jspecify.annotations.Nullable;

/** Checks that a box forwards each packet at once and unchanged, and sends nothing else. */
public final class UntouchedOracle implements PacketObserver {
  private @Nullable Octets inside;

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX) {
      require(inside == null, "a packet did not leave", nowNanos);
      inside = octets(packet);
    } else if (place == Place.OUT_OF_BOX) {
      require(
          inside != null && inside.equals(octets(packet)),
          "a packet left that did not come",
          nowNanos);
      inside = null;
    }
  }

  /** Checks that no packet is left in the box. */
  public void checkEmpty(long nowNanos) {
    require(inside == null, "a packet did not leave", nowNanos);
  }

  private static Octets octets(Packet packet) {
    return Octets.of(Frames.octets(packet));
  }

  private static void require(boolean holds, String what, long nowNanos) {
    if (!holds) {
      throw new AssertionError(what + ": nanos=" + nowNanos);
    }
  }
}
