package dev.midstream.gateway.live;

import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A box that adds VLAN tags to all frames that leave on its outside, and removes them from those
 * that arrive there. A frame that arrives there with other tags, or with none, is counted and
 * dropped.
 */
final class TaggingBox implements UntimedBox {
  private static final int ADDRESS_BYTES = 12;

  private final MemorySegment tags;
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[1 << 17]);
  private final Packet made = new Packet();
  private final AtomicLong untagged = new AtomicLong();
  private final AtomicLong unexpected = new AtomicLong();

  /** A box that adds the tags given in hexadecimal. */
  TaggingBox(String tags) {
    this.tags = MemorySegment.ofArray(HexFormat.of().parseHex(tags.replace(" ", "")));
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (packet.leg() == Leg.INSIDE) {
      pass(packet, 0, (int) tags.byteSize(), nowNanos, out);
    } else if (isTagged(packet)) {
      untagged.incrementAndGet();
      pass(packet, (int) tags.byteSize(), 0, nowNanos, out);
    } else {
      unexpected.incrementAndGet();
    }
    return Disposition.TAKEN;
  }

  /** Frames that arrived with the tags; for any thread. */
  long untagged() {
    return untagged.get();
  }

  /** Frames that arrived without them; for any thread. */
  long unexpected() {
    return unexpected.get();
  }

  private boolean isTagged(Packet packet) {
    long from = packet.offset() + ADDRESS_BYTES;
    long to = from + tags.byteSize();
    return to <= packet.offset() + packet.length()
        && MemorySegment.mismatch(packet.memory(), from, to, tags, 0, tags.byteSize()) < 0;
  }

  private void pass(Packet packet, int removed, int added, long nowNanos, PacketOutput out) {
    int rest = packet.length() - ADDRESS_BYTES - removed;
    MemorySegment from = packet.memory();
    long at = packet.offset();
    MemorySegment.copy(from, at, scratch, 0, ADDRESS_BYTES);
    MemorySegment.copy(tags, 0, scratch, ADDRESS_BYTES, added);
    MemorySegment.copy(from, at + ADDRESS_BYTES + removed, scratch, ADDRESS_BYTES + added, rest);
    made.at(scratch, 0, ADDRESS_BYTES + added + rest)
        .from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), nowNanos)
        .offload(packet.checksumState(), packet.gsoBytes());
    out.emit(made);
  }
}
