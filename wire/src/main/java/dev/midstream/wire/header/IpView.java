package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.eightOctets;
import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.SourceRoute.finalDestination;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * The IP header of a packet with its extension headers: where TCP starts, where the packet ends.
 */
final class IpView {
  static final int IPV4_BYTES = 20;
  static final int IPV6_BYTES = 40;
  static final int PROTOCOL_TCP = 6;

  private static final int IPV4_FRAGMENT_BITS = 0x3fff;
  private static final int MIN_JUMBO_LENGTH = 65_536;
  private static final long LOW = 0xffff_ffffL;

  private final ExtensionHeadersView extensions = new ExtensionHeadersView();
  private int version;
  private int trafficClass;
  private int hopLimit;
  private int offset;
  private int end;
  private int tcpOffset;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;

  /** Reads the header at {@code offset}; {@link FrameKind#TCP} means that TCP should follow. */
  FrameKind read(Packet packet, int offset, int announcedVersion) {
    this.offset = offset;
    if (offset >= packet.length()) {
      return FrameKind.MALFORMED;
    }
    version = octet(packet.memory(), packet.offset() + offset) >>> 4;
    if (announcedVersion != 0 && announcedVersion != version) {
      return FrameKind.MALFORMED;
    }
    return switch (version) {
      case 4 -> readIpv4(packet);
      case 6 -> readIpv6(packet);
      default -> FrameKind.NOT_OURS;
    };
  }

  int version() {
    return version;
  }

  /** The traffic class; for IPv4 the type of service. */
  int trafficClass() {
    return trafficClass;
  }

  /** Updates the cached traffic class after an edit. */
  void trafficClass(int trafficClass) {
    this.trafficClass = trafficClass;
  }

  /** The hop limit, or time to live. */
  int hopLimit() {
    return hopLimit;
  }

  /** Updates the cached hop limit after an edit. */
  void hopLimit(int hopLimit) {
    this.hopLimit = hopLimit;
  }

  /** Where the first header after all IP headers starts. */
  int tcpOffset() {
    return tcpOffset;
  }

  /** Where the IP payload ends on the wire; any octets after it are padding. */
  int end() {
    return end;
  }

  long sourceHigh() {
    return sourceHigh;
  }

  long sourceLow() {
    return sourceLow;
  }

  long destinationHigh() {
    return destinationHigh;
  }

  long destinationLow() {
    return destinationLow;
  }

  /** Offset of the jumbo payload option; -1 if absent. */
  int jumboOffset() {
    return version == 6 ? extensions.jumboOffset() : -1;
  }

  /** Offset of the field that identifies the header after all IP headers. */
  int nextHeaderOffset() {
    return version == 6 ? extensions.nextHeaderOffset() : offset + 9;
  }

  private FrameKind readIpv4(Packet packet) {
    MemorySegment memory = packet.memory();
    long at = packet.offset() + offset;
    if (offset + IPV4_BYTES > packet.length()) {
      return FrameKind.MALFORMED;
    }
    /*
     * first    version, length | class || total length || identification || flags, fragment offset
     * second   hop limit | protocol || checksum || source address
     */
    long first = eightOctets(memory, at);
    long second = eightOctets(memory, at + 8);
    if ((int) (second >>> 48 & 0xff) != PROTOCOL_TCP) {
      return FrameKind.NOT_OURS;
    }
    int headerLength = (int) (first >>> 56 & 0xf) * 4;
    if (headerLength < IPV4_BYTES || offset + headerLength > packet.length()) {
      return FrameKind.MALFORMED;
    }
    int totalLength = (int) (first >>> 32) & 0xffff;
    end = totalLength == 0 ? wireLength(packet) : offset + totalLength;
    tcpOffset = offset + headerLength;
    if (end < tcpOffset || end > wireLength(packet)) {
      return FrameKind.MALFORMED;
    }
    trafficClass = (int) (first >>> 48) & 0xff;
    hopLimit = (int) (second >>> 56);
    sourceHigh = 0;
    sourceLow = second & LOW;
    destinationHigh = 0;
    destinationLow = fourOctets(memory, finalDestination(memory, at, headerLength)) & LOW;
    boolean fragment = ((int) first & IPV4_FRAGMENT_BITS) != 0;
    return fragment ? FrameKind.FRAGMENT : FrameKind.TCP;
  }

  private FrameKind readIpv6(Packet packet) {
    if (offset + IPV6_BYTES > packet.length()) {
      return FrameKind.MALFORMED;
    }
    MemorySegment memory = packet.memory();
    long at = packet.offset() + offset;
    long first = eightOctets(memory, at);
    trafficClass = (int) (first >>> 52) & 0xff;
    hopLimit = (int) first & 0xff;
    int payloadLength = (int) (first >>> 16) & 0xffff;
    end = payloadLength == 0 ? wireLength(packet) : offset + IPV6_BYTES + payloadLength;
    FrameKind kind = extensions.read(packet, offset, Math.min(end, packet.length()));
    if (kind == FrameKind.NOT_OURS || kind == FrameKind.MALFORMED) {
      return kind;
    }
    if (extensions.jumboOffset() >= 0 && !readJumboLength(packet, payloadLength)) {
      return FrameKind.MALFORMED;
    }
    tcpOffset = extensions.end();
    readIpv6Addresses(packet);
    return end > wireLength(packet) ? FrameKind.MALFORMED : kind;
  }

  /** RFC 2675: the payload length is 0 and the option's value is above 65,535. */
  private boolean readJumboLength(Packet packet, int payloadLength) {
    long option = packet.offset() + extensions.jumboOffset();
    int length = fourOctets(packet.memory(), option + 2);
    if (payloadLength != 0 || length < MIN_JUMBO_LENGTH || length > wireLength(packet)) {
      return false;
    }
    end = offset + IPV6_BYTES + length;
    return true;
  }

  private void readIpv6Addresses(Packet packet) {
    MemorySegment memory = packet.memory();
    long source = packet.offset() + extensions.sourceOffset();
    long destination = packet.offset() + extensions.destinationOffset();
    sourceHigh = eightOctets(memory, source);
    sourceLow = eightOctets(memory, source + 8);
    destinationHigh = eightOctets(memory, destination);
    destinationLow = eightOctets(memory, destination + 8);
  }

  private static int wireLength(Packet packet) {
    return (int) Math.min(Integer.MAX_VALUE, (long) packet.length() + packet.missingBytes());
  }
}
