package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A copy of a packet that another node has passed on, which waits for this node's next table. */
final class HeldPacket {
  private final NodeId from;
  private final RedirectedPacket what;

  HeldPacket(NodeId from, RedirectedPacket other) {
    this.from = from;
    Packet packet = other.packet();
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    what =
        new RedirectedPacket()
            .set(other.kind(), other.bucket(), other.epoch(), other.hops())
            .origin(other.origin())
            .of(packet);
    what.packet()
        .at(MemorySegment.ofArray(octets), 0, octets.length)
        .offload(packet.checksumState(), packet.gsoBytes());
  }

  NodeId from() {
    return from;
  }

  RedirectedPacket what() {
    return what;
  }
}
