package dev.midstream.engines.worker;

import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A copy of a packet that waits, or is on its way to another engine. */
final class KeptPacket {
  private final byte[] octets;
  private final int missingBytes;
  private final LinkType linkType;
  private final Leg leg;
  private final int interfaceId;
  private final long timeNanos;
  private final ChecksumState checksumState;
  private final int gsoBytes;

  KeptPacket(Packet packet) {
    octets = new byte[packet.length()];
    MemorySegment.copy(
        packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), octets, 0, octets.length);
    missingBytes = packet.missingBytes();
    linkType = packet.linkType();
    leg = packet.leg();
    interfaceId = packet.interfaceId();
    timeNanos = packet.timeNanos();
    checksumState = packet.checksumState();
    gsoBytes = packet.gsoBytes();
  }

  /** Makes {@code packet} the one that was copied. */
  Packet restore(Packet packet) {
    return packet
        .at(MemorySegment.ofArray(octets), 0, octets.length)
        .missing(missingBytes)
        .from(linkType, leg, interfaceId, timeNanos)
        .offload(checksumState, gsoBytes);
  }

  /** Makes {@code packet} the one that was copied, as it leaves on the other side. */
  static Packet leaving(Packet packet) {
    return packet.from(
        packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
  }
}
