package dev.midstream.wire.live;

import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;

/**
 * A box that adds VLAN tags to frames that leave by one leg, and removes them from frames received
 * there.
 */
final class TaggingBox implements UntimedBox {
  private static final int ADDRESS_BYTES = 12;

  private final Leg tagged;
  private final MemorySegment tags;
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[1 << 17]);
  private final Packet made = new Packet();

  TaggingBox(Leg tagged, byte[] tags) {
    this.tagged = tagged;
    this.tags = MemorySegment.ofArray(tags);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Leg leg = packet.leg().opposite();
    int tagBytes = (int) tags.byteSize();
    int removed = leg == tagged ? 0 : tagBytes;
    int added = tagBytes - removed;
    int rest = packet.length() - ADDRESS_BYTES - removed;
    MemorySegment from = packet.memory();
    long at = packet.offset();
    MemorySegment.copy(from, at, scratch, 0, ADDRESS_BYTES);
    MemorySegment.copy(tags, 0, scratch, ADDRESS_BYTES, added);
    MemorySegment.copy(from, at + ADDRESS_BYTES + removed, scratch, ADDRESS_BYTES + added, rest);
    made.at(scratch, 0, ADDRESS_BYTES + added + rest)
        .from(packet.linkType(), leg, packet.interfaceId(), nowNanos)
        .offload(packet.checksumState(), packet.gsoBytes());
    out.emit(made);
    return Disposition.TAKEN;
  }
}
