package dev.midstream.engines.sim;

import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of a packet on the segment of {@code leg}.
 *
 * @param isOfCluster whether a machine sent it, and no end
 */
record SentFrame(Octets octets, Leg leg, boolean isOfCluster) {

  /** The interface of packets that machines sent; one that was passed on has 0 or 1. */
  private static final int OF_CLUSTER = 2;

  /** A packet that an end sent. */
  static SentFrame ofEnd(Packet packet) {
    return of(packet, false);
  }

  /** A packet that a machine sent. */
  static SentFrame ofCluster(Packet packet) {
    return of(packet, true);
  }

  private static SentFrame of(Packet packet, boolean isOfCluster) {
    byte[] octets = new byte[packet.length()];
    MemorySegment.copy(
        packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), octets, 0, octets.length);
    return new SentFrame(Octets.of(octets), packet.leg(), isOfCluster);
  }

  /** Whether {@code packet} is one that a machine sent, and no other machine passed on. */
  static boolean isOfCluster(Packet packet) {
    return packet.interfaceId() == OF_CLUSTER;
  }

  /** A packet that may be changed without a change of this copy. */
  Packet packet(long nowNanos) {
    return new Packet()
        .at(MemorySegment.ofArray(octets.toArray()), 0, octets.length())
        .from(LinkType.ETHERNET, leg, isOfCluster ? OF_CLUSTER : 0, nowNanos);
  }
}
