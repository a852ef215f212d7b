package dev.midstream.wire.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of a packet that waits, or is on its way to another worker or node: the octets of the
 * packet's own range, and its metadata. Immutable.
 */
public final class PacketCopy {
  private final byte[] octets;
  private final int missingBytes;
  private final LinkType linkType;
  private final Leg leg;
  private final int interfaceId;
  private final long timeNanos;
  private final ChecksumState checksumState;
  private final int gsoBytes;

  /** Copies {@code packet}. */
  public PacketCopy(Packet packet) {
    octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    missingBytes = packet.missingBytes();
    linkType = packet.linkType();
    leg = packet.leg();
    interfaceId = packet.interfaceId();
    timeNanos = packet.timeNanos();
    checksumState = packet.checksumState();
    gsoBytes = packet.gsoBytes();
  }

  /** Octets that were copied. */
  public int length() {
    return octets.length;
  }

  /** Makes {@code packet} the one that was copied. What changes its octets changes the copy. */
  public Packet restore(Packet packet) {
    return describe(packet.at(MemorySegment.ofArray(octets), 0, octets.length), timeNanos);
  }

  /**
   * Makes {@code packet} the one that was copied, received at {@code nowNanos}, in {@code memory}.
   */
  public Packet restore(Packet packet, MemorySegment memory, long nowNanos) {
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    return describe(packet.at(memory, 0, octets.length), nowNanos);
  }

  private Packet describe(Packet packet, long nanos) {
    return packet
        .missing(missingBytes)
        .from(linkType, leg, interfaceId, nanos)
        .offload(checksumState, gsoBytes);
  }
}
