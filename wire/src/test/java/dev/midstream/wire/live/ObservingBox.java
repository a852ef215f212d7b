package dev.midstream.wire.live;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A box that forwards everything and records what it saw. */
final class ObservingBox implements UntimedBox {
  private final FrameView view = new FrameView();
  private final Set<Integer> etherTypes = ConcurrentHashMap.newKeySet();
  private final Set<Integer> vlans = ConcurrentHashMap.newKeySet();
  private volatile int longestSuperSegment;
  private volatile int longestSegment;
  private final AtomicInteger partialChecksums = new AtomicInteger();
  private final AtomicInteger wrongChecksums = new AtomicInteger();

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (packet.linkType() == LinkType.ETHERNET) {
      etherTypes.add(NetworkOrder.twoOctets(packet.memory(), packet.offset() + 12));
    }
    if (view.read(packet) == FrameKind.TCP) {
      look(packet);
    }
    return Disposition.FORWARD;
  }

  private void look(Packet packet) {
    vlans.add(view.vlanIds());
    if (packet.gsoBytes() > 0) {
      longestSuperSegment = Math.max(longestSuperSegment, packet.length());
    } else {
      longestSegment = Math.max(longestSegment, packet.length());
    }
    if (packet.checksumState() == ChecksumState.PARTIAL) {
      partialChecksums.incrementAndGet();
    } else if (!view.isTcpChecksumRight()) {
      wrongChecksums.incrementAndGet();
    }
  }

  Set<Integer> etherTypes() {
    return etherTypes;
  }

  /** VLAN IDs of TCP frames, see {@link FrameView#vlanIds}. */
  Set<Integer> vlans() {
    return vlans;
  }

  int longestSuperSegment() {
    return longestSuperSegment;
  }

  int longestSegment() {
    return longestSegment;
  }

  int partialChecksums() {
    return partialChecksums.get();
  }

  /** The number of complete TCP checksums that were wrong. */
  int wrongChecksums() {
    return wrongChecksums.get();
  }
}
