package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets of a pcapng file that became due in a section without an interface of their link type. A
 * section numbers its interfaces in order, so none can be added to it; these packets are kept until
 * the end and get a section of their own.
 */
final class LatePackets {
  private static final String COMMENT = "became due in a section without an interface for it";

  private final List<LinkType> linkTypes = new ArrayList<>();
  private final List<LatePacket> packets = new ArrayList<>();

  private record LatePacket(
      int interfaceId, long timeNanos, int missingBytes, MemorySegment octets) {}

  /** Keeps a copy of a packet. */
  void add(Packet packet, LinkType linkType, long timeNanos) {
    if (!linkTypes.contains(linkType)) {
      linkTypes.add(linkType);
    }
    MemorySegment octets = MemorySegment.ofArray(new byte[packet.length()]);
    MemorySegment.copy(packet.memory(), packet.offset(), octets, 0, packet.length());
    int interfaceId = linkTypes.indexOf(linkType);
    packets.add(new LatePacket(interfaceId, timeNanos, packet.missingBytes(), octets));
  }

  /** Writes the section, if there is a packet for it. */
  void writeTo(CaptureOutput output) throws IOException {
    if (packets.isEmpty()) {
      return;
    }
    AnnotatedCapture section = AnnotatedCapture.appendedTo(output, linkTypes);
    for (LatePacket packet : packets) {
      section.write(
          packet.interfaceId(),
          AnnotatedCapture.UNKNOWN_DIRECTION,
          packet.timeNanos(),
          packet.octets().toArray(ValueLayout.JAVA_BYTE),
          packet.missingBytes(),
          COMMENT);
    }
  }
}
