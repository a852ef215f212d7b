package dev.midstream.testkit.box;

import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** The kernel in front of an engine: it forwards what its table says, and gives the rest up. */
public final class FastPathBox implements FrontBox {
  private final Box box;
  private final FastPathModel model;

  /** {@code box} gives its connections to {@code model}. */
  public FastPathBox(Box box, FastPathModel model) {
    this.box = box;
    this.model = model;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return model.process(packet, nowNanos) == RecallReason.NONE
        ? Disposition.FORWARD
        : box.onPacket(packet, nowNanos, out);
  }

  @Override
  public Box box() {
    return box;
  }
}
