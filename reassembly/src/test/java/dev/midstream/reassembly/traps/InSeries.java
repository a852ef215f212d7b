package dev.midstream.reassembly.traps;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Two boxes one behind the other, the first one inside, on a wire without delay. */
final class InSeries implements Box {
  private final Box inner;
  private final Box outer;

  InSeries(Box inner, Box outer) {
    this.inner = inner;
    this.outer = outer;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    boolean fromInside = packet.leg() == Leg.INSIDE;
    carry(fromInside ? inner : outer, copy(packet, packet.leg()), nowNanos, out);
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (inner.nextDeadlineNanos() <= nowNanos) {
      inner.onTimer(nowNanos, made -> leave(inner, made, nowNanos, out));
    }
    if (outer.nextDeadlineNanos() <= nowNanos) {
      outer.onTimer(nowNanos, made -> leave(outer, made, nowNanos, out));
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(inner.nextDeadlineNanos(), outer.nextDeadlineNanos());
  }

  private void carry(Box box, Packet packet, long nowNanos, PacketOutput out) {
    Leg leg = packet.leg();
    if (box.onPacket(packet, nowNanos, made -> leave(box, made, nowNanos, out))
        == Disposition.FORWARD) {
      leave(box, copy(packet, leg.opposite()), nowNanos, out);
    }
  }

  /** A packet leaves {@code box} by the leg it names: to an end, or into the other box. */
  private void leave(Box box, Packet packet, long nowNanos, PacketOutput out) {
    boolean inwards = packet.leg() == Leg.INSIDE;
    if (inwards == (box == inner)) {
      out.emit(packet);
      return;
    }
    carry(inwards ? inner : outer, copy(packet, packet.leg().opposite()), nowNanos, out);
  }

  private static Packet copy(Packet packet, Leg leg) {
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    Packet copied = new Packet();
    copied
        .at(MemorySegment.ofArray(octets), 0, octets.length)
        .missing(0)
        .from(packet.linkType(), leg, 0, packet.timeNanos());
    return copied;
  }
}
