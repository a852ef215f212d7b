package dev.midstream.testkit.box;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.PacketOutput;

/** A box in front of another one: it sees each packet first, and has the timers of the other. */
public interface FrontBox extends Box {
  /** The box after this one. */
  Box box();

  @Override
  default void onTimer(long nowNanos, PacketOutput out) {
    box().onTimer(nowNanos, out);
  }

  @Override
  default long nextDeadlineNanos() {
    return box().nextDeadlineNanos();
  }
}
