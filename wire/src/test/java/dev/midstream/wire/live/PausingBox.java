package dev.midstream.wire.live;

import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.concurrent.CountDownLatch;

/** A box that blocks at the first packet until it is resumed. */
final class PausingBox implements UntimedBox {
  private final CountDownLatch resumed = new CountDownLatch(1);

  void resume() {
    resumed.countDown();
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    try {
      resumed.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Disposition.FORWARD;
  }
}
