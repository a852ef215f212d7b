package dev.midstream.wire.live;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.PacketOutput;

/** A box without timers. */
interface UntimedBox extends Box {
  @Override
  default void onTimer(long nowNanos, PacketOutput out) {
    throw new IllegalStateException("no timer was set");
  }

  @Override
  default long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }
}
