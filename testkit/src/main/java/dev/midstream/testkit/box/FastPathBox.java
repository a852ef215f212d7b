package dev.midstream.testkit.box;

import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * The kernel in front of an engine: it forwards what its table says, and gives the rest up. No
 * connection comes or goes between its two programs.
 */
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
    boolean isCopied = model.copies(packet);
    boolean isForwarded = model.process(packet, nowNanos) == RecallReason.NONE;
    if (isForwarded == isCopied) {
      throw new IllegalStateException("the kernel's programs differ: copied=" + isCopied);
    }
    return isForwarded ? Disposition.FORWARD : box.onPacket(packet, nowNanos, out);
  }

  @Override
  public Box box() {
    return box;
  }
}
