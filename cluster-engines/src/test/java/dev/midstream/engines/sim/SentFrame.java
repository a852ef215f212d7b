package dev.midstream.engines.sim;

import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A copy of a packet, with the side that it came from. */
record SentFrame(Octets octets, Leg leg) {

  static SentFrame of(Packet packet) {
    byte[] octets = new byte[packet.length()];
    MemorySegment.copy(
        packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), octets, 0, octets.length);
    return new SentFrame(Octets.of(octets), packet.leg());
  }

  /** A packet that may be changed without a change of this copy. */
  Packet packet(long nowNanos) {
    return new Packet()
        .at(MemorySegment.ofArray(octets.toArray()), 0, octets.length())
        .from(LinkType.ETHERNET, leg, 0, nowNanos);
  }
}
