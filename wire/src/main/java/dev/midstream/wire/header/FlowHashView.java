package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.eightOctets;
import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;
import static dev.midstream.wire.header.SourceRoute.finalDestination;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * The fields of a packet that the flow hash covers: the addresses, and the ports or what replaces
 * them. Both directions of a connection have the same fields with source and destination exchanged.
 * Reusable, not thread-safe.
 *
 * <p>The fields are valid after {@link #read} returned true.
 */
public final class FlowHashView {
  /*
   * TCP, UDP               addresses and ports
   * ICMP echo              addresses and identifier
   * ICMP errors            those of the quoted packet
   * tunnels, fragments     addresses; other fields differ by direction or are not in every packet
   * everything else        none
   */
  private static final int IPV4_BYTES = IpView.IPV4_BYTES;
  private static final int IPV4_FRAGMENT_BITS = 0x3fff;
  private static final long LOW = 0xffff_ffffL;
  private static final int ICMP_BYTES = 8;
  private static final int PORTS_BYTES = 4;

  private final LinkView link = new LinkView();
  private final ExtensionHeadersView extensions = new ExtensionHeadersView();
  private final Packet quoted = new Packet();
  private MemorySegment memory = MemorySegment.NULL;
  private long end;
  private int version;
  private long transportAt;
  private int protocol;
  private boolean fragment;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int sourcePort;
  private int destinationPort;

  /**
   * Reads the fields of {@code packet}; returns false if it has none. Never throws, whatever the
   * packet contains.
   */
  public boolean read(Packet packet) {
    if (link.read(packet) != FrameKind.TCP) {
      return false;
    }
    return readIp(packet, link.ipOffset(), link.ipVersion()) && readTransport();
  }

  /** The upper half of the source address; 0 for IPv4. */
  public long sourceHigh() {
    return sourceHigh;
  }

  /** The lower half of the source address; the whole of it for IPv4. */
  public long sourceLow() {
    return sourceLow;
  }

  /** The upper half of the final destination address; 0 for IPv4. */
  public long destinationHigh() {
    return destinationHigh;
  }

  /** The lower half of the final destination address; the whole of it for IPv4. */
  public long destinationLow() {
    return destinationLow;
  }

  /** The source port, the identifier of an echo, or 0. */
  public int sourcePort() {
    return sourcePort;
  }

  /** The destination port, or 0. */
  public int destinationPort() {
    return destinationPort;
  }

  private boolean readIp(Packet packet, int ipOffset, int announcedVersion) {
    memory = packet.memory();
    end = packet.offset() + packet.length();
    sourcePort = 0;
    destinationPort = 0;
    if (ipOffset >= packet.length()) {
      return false;
    }
    version = octet(memory, packet.offset() + ipOffset) >>> 4;
    boolean announced = announcedVersion == 0 || announcedVersion == version;
    return announced
        && switch (version) {
          case 4 -> readIpv4(packet.offset() + ipOffset);
          case 6 -> readIpv6(packet, ipOffset);
          default -> false;
        };
  }

  private boolean readIpv4(long at) {
    if (at + IPV4_BYTES > end) {
      return false;
    }
    int headerLength = (octet(memory, at) & 0xf) * 4;
    if (headerLength < IPV4_BYTES || at + headerLength > end) {
      return false;
    }
    sourceHigh = 0;
    sourceLow = fourOctets(memory, at + 12) & LOW;
    destinationHigh = 0;
    destinationLow = fourOctets(memory, finalDestination(memory, at, headerLength)) & LOW;
    protocol = octet(memory, at + 9);
    fragment = (twoOctets(memory, at + 6) & IPV4_FRAGMENT_BITS) != 0;
    transportAt = at + headerLength;
    return true;
  }

  private boolean readIpv6(Packet packet, int ipOffset) {
    if (ipOffset + IpView.IPV6_BYTES > packet.length()
        || extensions.read(packet, ipOffset, packet.length()) == FrameKind.MALFORMED) {
      return false;
    }
    long source = packet.offset() + extensions.sourceOffset();
    long destination = packet.offset() + extensions.destinationOffset();
    sourceHigh = eightOctets(memory, source);
    sourceLow = eightOctets(memory, source + 8);
    destinationHigh = eightOctets(memory, destination);
    destinationLow = eightOctets(memory, destination + 8);
    protocol = octet(memory, packet.offset() + extensions.nextHeaderOffset());
    fragment = protocol == IpProtocol.FRAGMENT;
    transportAt = packet.offset() + extensions.end();
    return true;
  }

  private boolean readTransport() {
    if (fragment) {
      return true;
    }
    return switch (protocol) {
      case IpProtocol.TCP -> readPorts();
      case IpProtocol.UDP -> readPorts() && leaveOutTunnelPorts();
      case IpProtocol.ICMP -> version == 4 && readIcmp();
      case IpProtocol.ICMPV6 -> version == 6 && readIcmp();
      default -> IpProtocol.isTunnel(protocol);
    };
  }

  private boolean readPorts() {
    if (transportAt + PORTS_BYTES > end) {
      return false;
    }
    sourcePort = twoOctets(memory, transportAt);
    destinationPort = twoOctets(memory, transportAt + 2);
    return true;
  }

  private boolean leaveOutTunnelPorts() {
    if (IpProtocol.isTunnelPort(sourcePort) || IpProtocol.isTunnelPort(destinationPort)) {
      sourcePort = 0;
      destinationPort = 0;
    }
    return true;
  }

  private boolean readIcmp() {
    long at = transportAt;
    if (at + ICMP_BYTES > end) {
      return false;
    }
    int type = octet(memory, at);
    if (IpProtocol.isEcho(version, type)) {
      sourcePort = twoOctets(memory, at + 4);
      return true;
    }
    return IpProtocol.isError(version, type) && readQuote(at + ICMP_BYTES);
  }

  /** An error about an error has no fields: hosts must not send one (RFC 1122 section 3.2.2). */
  private boolean readQuote(long at) {
    quoted.at(memory, at, (int) (end - at)).from(LinkType.RAW_IP, quoted.leg(), 0, 0);
    if (!readIp(quoted, 0, version)) {
      return false;
    }
    boolean quotesError = isIcmp() && !fragment && !isQuotedEcho();
    return !quotesError && readTransport();
  }

  private boolean isIcmp() {
    return protocol == (version == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6);
  }

  private boolean isQuotedEcho() {
    return transportAt < end && IpProtocol.isEcho(version, octet(memory, transportAt));
  }
}
