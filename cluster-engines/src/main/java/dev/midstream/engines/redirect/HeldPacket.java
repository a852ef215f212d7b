package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;

/**
 * A copy of a packet that another node has passed on, and what goes with it: it waits for this
 * node's next table, or goes to another worker ({@link Redirector#hold}). Not changed any more.
 */
public final class HeldPacket {
  private final NodeId from;
  private final RedirectedPacket what;

  HeldPacket(NodeId from, RedirectedPacket other) {
    this(from, other, other.bucket(), other.packet());
  }

  /** A copy of a packet of {@code bucket} that came of {@code other}. */
  HeldPacket(NodeId from, RedirectedPacket other, int bucket, Packet packet) {
    this.from = from;
    what =
        new RedirectedPacket()
            .set(other.kind(), bucket, other.epoch(), other.hops())
            .origin(other.origin())
            .of(new PacketCopy(packet));
  }

  /** The bucket of the packet. */
  public int bucket() {
    return what.bucket();
  }

  /** The length of the packet, in octets. */
  public int length() {
    return what.packet().length();
  }

  NodeId from() {
    return from;
  }

  RedirectedPacket what() {
    return what;
  }
}
