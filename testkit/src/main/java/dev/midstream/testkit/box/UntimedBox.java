package dev.midstream.testkit.box;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.PacketOutput;

/** A box without timers. */
public interface UntimedBox extends Box {
  @Override
  default void onTimer(long nowNanos, PacketOutput out) {}

  @Override
  default long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
