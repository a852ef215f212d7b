package dev.midstream.bench.frame;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** A box that forwards everything. What remains is the cost of everything around a box. */
public final class ForwardingBox implements Box {
  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return Disposition.FORWARD;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    throw new IllegalStateException("nothing was due");
  }

  @Override
  public long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
