package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * A copy of the link, IP and TCP headers of a segment, options and extension headers included, from
 * which more segments of its direction are made. Reusable, not thread-safe.
 *
 * <p>A jumbo payload option (RFC 2675) is kept as padding, since no jumbogram is ever made.
 */
public final class HeaderTemplate {
  /** Octets of headers that are kept; longer ones are refused. */
  public static final int HEADER_BYTES = 256;

  private static final int JUMBO_OPTION_DATA_BYTES = 4;
  private static final int PAD_N = 1;
  private static final int IPV4_DONT_FRAGMENT = 0x4000;

  private final MemorySegment headers = MemorySegment.ofArray(new byte[HEADER_BYTES]);
  private int length;
  private int ipVersion;
  private int ipOffset;
  private int tcpOffset;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private LinkType linkType = LinkType.ETHERNET;
  private Leg leg = Leg.INSIDE;
  private int interfaceId;

  /**
   * Copies the headers of a segment that {@code view} has read as TCP. Answers false, and keeps
   * what it had, if they are longer than {@link #HEADER_BYTES}.
   */
  public boolean capture(FrameView view) {
    if (view.payloadOffset() > HEADER_BYTES) {
      return false;
    }
    Packet packet = view.packet();
    length = view.payloadOffset();
    MemorySegment.copy(packet.memory(), packet.offset(), headers, 0, length);
    linkType = packet.linkType();
    leg = packet.leg();
    interfaceId = packet.interfaceId();
    ipVersion = view.ipVersion();
    ipOffset = view.ipOffset();
    tcpOffset = view.tcpOffset();
    sourceHigh = view.sourceHigh();
    sourceLow = view.sourceLow();
    destinationHigh = view.destinationHigh();
    destinationLow = view.destinationLow();
    padJumboOption(view.jumboOffset());
    return true;
  }

  /** Whether nothing was captured yet. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The side the captured segment came from. */
  public Leg leg() {
    return leg;
  }

  /** The link type of the captured segment. */
  public LinkType linkType() {
    return linkType;
  }

  /** The port's number of the interface the captured segment came from. */
  public int interfaceId() {
    return interfaceId;
  }

  /** Octets of all headers together. */
  public int length() {
    return length;
  }

  /** Octets of the TCP header with its options. */
  public int tcpHeaderLength() {
    return length - tcpOffset;
  }

  /** Octets of the IP headers, extension headers included, and the TCP header together. */
  public int ipPacketHeaderLength() {
    return length - ipOffset;
  }

  /** 4 or 6. */
  public int ipVersion() {
    return ipVersion;
  }

  /** The identification field; 0 for IPv6. */
  public int ipv4Id() {
    return ipVersion == 4 ? twoOctets(headers, ipOffset + 4L) : 0;
  }

  /** Whether routers may fragment what has these headers; false for IPv6. */
  public boolean isIpv4Fragmentable() {
    return ipVersion == 4 && (twoOctets(headers, ipOffset + 6L) & IPV4_DONT_FRAGMENT) == 0;
  }

  /** Sets the hop limit, 0 to 255, in place of the captured one. */
  public void hopLimit(int hopLimit) {
    IpFields.hopLimit(headers, ipOffset, ipVersion, hopLimit);
  }

  /** Sets the congestion bits, 0 to 3, in place of the captured ones. */
  public void ecn(int bits) {
    IpFields.ecn(headers, ipOffset, ipVersion, bits);
  }

  MemorySegment headers() {
    return headers;
  }

  int ipOffset() {
    return ipOffset;
  }

  int tcpOffset() {
    return tcpOffset;
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

  private void padJumboOption(int option) {
    if (option >= 0) {
      putOctet(headers, option, PAD_N);
      putOctet(headers, option + 1, JUMBO_OPTION_DATA_BYTES);
      putFourOctets(headers, option + 2, 0);
    }
  }
}
