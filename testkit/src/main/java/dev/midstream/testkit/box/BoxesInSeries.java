package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** Two boxes in series, connected by a wire without delay. */
public final class BoxesInSeries implements Box {
  private final Box inner;
  private final Box outer;

  /** A box made of {@code inner}, on the inside, and {@code outer}. */
  public BoxesInSeries(Box inner, Box outer) {
    this.inner = inner;
    this.outer = outer;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    carry(packet.leg() == Leg.INSIDE, copy(packet, packet.leg()), nowNanos, out);
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (inner.nextDeadlineNanos() <= nowNanos) {
      inner.onTimer(nowNanos, made -> leave(true, made, nowNanos, out));
    }
    if (outer.nextDeadlineNanos() <= nowNanos) {
      outer.onTimer(nowNanos, made -> leave(false, made, nowNanos, out));
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(inner.nextDeadlineNanos(), outer.nextDeadlineNanos());
  }

  private void carry(boolean intoInner, Packet packet, long nowNanos, PacketOutput out) {
    Leg leg = packet.leg();
    Box box = intoInner ? inner : outer;
    if (box.onPacket(packet, nowNanos, made -> leave(intoInner, made, nowNanos, out))
        == Disposition.FORWARD) {
      leave(intoInner, copy(packet, leg.opposite()), nowNanos, out);
    }
  }

  /** A packet leaves one box on its leg: to an endpoint, or into the other box. */
  private void leave(boolean fromInner, Packet packet, long nowNanos, PacketOutput out) {
    boolean inwards = packet.leg() == Leg.INSIDE;
    if (inwards == fromInner) {
      out.emit(packet);
      return;
    }
    carry(inwards, copy(packet, packet.leg().opposite()), nowNanos, out);
  }

  private static Packet copy(Packet packet, Leg leg) {
    return Frames.packet(Frames.octets(packet), leg, packet.timeNanos());
  }
}
