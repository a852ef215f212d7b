package dev.midstream.gateway.admin;

import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** Another box, whose timers never run. */
record TimelessBox(Box box) implements UntimedBox {
  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return box.onPacket(packet, nowNanos, out);
  }
}
