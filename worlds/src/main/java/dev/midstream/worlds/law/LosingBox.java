package dev.midstream.worlds.law;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.BooleanSupplier;

/**
 * A box that loses packets at times, such as those that another one gathered before an engine died.
 */
record LosingBox(Box box, BooleanSupplier loses) implements Box {
  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return loses.getAsBoolean() ? Disposition.TAKEN : box.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
