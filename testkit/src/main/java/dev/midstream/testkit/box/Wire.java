package dev.midstream.testkit.box;

import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** A box that forwards every packet unchanged and sends none of its own. */
public final class Wire implements UntimedBox {
  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return Disposition.FORWARD;
  }
}
