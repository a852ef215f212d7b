package dev.midstream.gateway.run;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Drops link-local frames, as bridges do: those to 01-80-C2-00-00-00 up to -0F (IEEE 802.1Q), such
 * as LLDP, LACP and spanning tree.
 */
final class LinkLocalFilter implements Box {
  private static final int ADDRESS_BYTES = 6;
  private static final int GROUP_HIGH = 0x0180_c200;

  private final Box box;
  private final Counters counters;

  /** Passes all other packets to {@code box}, and counts the dropped ones. */
  LinkLocalFilter(Box box, Counters counters) {
    this.box = box;
    this.counters = counters;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (isLinkLocal(packet)) {
      counters.count(Reason.LINK_LOCAL);
      return Disposition.TAKEN;
    }
    return box.onPacket(packet, nowNanos, out);
  }

  @Override
  public boolean isPrefetching() {
    return box.isPrefetching();
  }

  @Override
  public void prefetch(Packet packet) {
    box.prefetch(packet);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  private static boolean isLinkLocal(Packet packet) {
    return packet.linkType() == LinkType.ETHERNET
        && packet.length() >= ADDRESS_BYTES
        && NetworkOrder.fourOctets(packet.memory(), packet.offset()) == GROUP_HIGH
        && NetworkOrder.twoOctets(packet.memory(), packet.offset() + 4) < 0x10;
  }
}
