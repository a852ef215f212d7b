package dev.midstream.gateway.admin;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** A box without timers. */
record TimelessBox(Box box) implements Box {
  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return box.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {}

  @Override
  public long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
