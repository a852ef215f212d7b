package dev.midstream.wire.segment;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A copy of the link, IP and TCP headers of a segment, including options and extension headers,
 * from which more segments of the same direction are built. Reusable, not thread-safe.
 *
 * <p>A jumbo payload option (RFC 2675) becomes padding, because no jumbogram is ever built.
 */
public final class HeaderTemplate {
  /** The maximum number of octets of headers; longer ones are refused. */
  public static final int HEADER_BYTES = 256;

  /** Both addresses of an Ethernet header. */
  public static final int LINK_BYTES = 12;

  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int UNIT_BYTES = 32;
  private static final byte[] NO_HEADERS = {};
  private static final int JUMBO_OPTION_DATA_BYTES = 4;
  private static final int PAD_N = 1;
  private static final int IPV4_ID = 4;
  private static final int IPV4_FLAGS = 6;
  private static final int IPV4_DONT_FRAGMENT = 0x40;
  private static final int IPV4_HOP_LIMIT = 8;
  private static final int IPV6_HOP_LIMIT = 7;

  /*
   * An array and not a memory segment: as long as all segments on the path are native memory, the
   * compiler knows the type at each access, and headers are captured for every packet. It grows to the
   * longest headers so far: those of most connections are short.
   */
  private byte[] headers = NO_HEADERS;
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
   * Copies the headers of a segment that {@code view} has read as TCP. Returns false and keeps the
   * previous headers if the new ones are longer than {@link #HEADER_BYTES} or truncated.
   */
  public boolean capture(FrameView view) {
    Packet packet = view.packet();
    if (view.payloadOffset() > Math.min(HEADER_BYTES, packet.length())) {
      return false;
    }
    length = view.payloadOffset();
    if (length > headers.length) {
      headers = new byte[(length + UNIT_BYTES - 1) & -UNIT_BYTES];
    }
    MemorySegment.copy(packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), headers, 0, length);
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

  /** Whether no headers were captured yet. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The leg that the captured segment came from. */
  public Leg leg() {
    return leg;
  }

  /** The link type of the captured segment. */
  public LinkType linkType() {
    return linkType;
  }

  /** Whether they begin as the kernel reads them: Ethernet without a tag, or one customer tag. */
  public boolean hasPlainLink() {
    if (linkType != LinkType.ETHERNET) {
      return false;
    }
    boolean isCustomer =
        ipOffset == ETHERNET_BYTES + TAG_BYTES && VlanType.isCustomerTag(etherType());
    return ipOffset == ETHERNET_BYTES || isCustomer;
  }

  private int etherType() {
    return (headers[ETHERNET_BYTES - 2] & 0xff) << 8 | (headers[ETHERNET_BYTES - 1] & 0xff);
  }

  /** The port's number of the interface that received the captured segment. */
  public int interfaceId() {
    return interfaceId;
  }

  /** Octets of all headers. */
  public int length() {
    return length;
  }

  /** Octets of the TCP header including options. */
  public int tcpHeaderLength() {
    return length - tcpOffset;
  }

  /** Octets of the IP headers, including extension headers, and the TCP header. */
  public int ipPacketHeaderLength() {
    return length - ipOffset;
  }

  /** 4 or 6. */
  public int ipVersion() {
    return ipVersion;
  }

  /** The identification field; 0 for IPv6. */
  public int ipv4Id() {
    int at = ipOffset + IPV4_ID;
    return ipVersion == 4 ? (headers[at] & 0xff) << 8 | (headers[at + 1] & 0xff) : 0;
  }

  /** Whether routers may fragment packets with these headers; false for IPv6. */
  public boolean isIpv4Fragmentable() {
    return ipVersion == 4 && (headers[ipOffset + IPV4_FLAGS] & IPV4_DONT_FRAGMENT) == 0;
  }

  /**
   * Sets the receiver's and the sender's address on an Ethernet link, in place of the captured
   * ones: the first {@link #LINK_BYTES} octets of {@code header}.
   */
  public void link(byte[] header) {
    if (linkType == LinkType.ETHERNET && length >= LINK_BYTES) {
      System.arraycopy(header, 0, headers, 0, LINK_BYTES);
    }
  }

  /** Sets the hop limit, 0 to 255, in place of the captured one. */
  public void hopLimit(int hopLimit) {
    headers[ipOffset + (ipVersion == 4 ? IPV4_HOP_LIMIT : IPV6_HOP_LIMIT)] = (byte) hopLimit;
  }

  /** Sets the ECN field, 0 to 3, in place of the captured one. */
  public void ecn(int bits) {
    int shift = ipVersion == 4 ? 0 : 4;
    int others = headers[ipOffset + 1] & ~(3 << shift);
    headers[ipOffset + 1] = (byte) (others | bits << shift);
  }

  /** Copies all headers to {@code target}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(headers, 0, target, offset, length);
  }

  void copyTo(MemorySegment target, long offset) {
    MemorySegment.copy(headers, 0, target, ValueLayout.JAVA_BYTE, offset, length);
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
      headers[option] = PAD_N;
      headers[option + 1] = JUMBO_OPTION_DATA_BYTES;
      Arrays.fill(headers, option + 2, option + 2 + JUMBO_OPTION_DATA_BYTES, (byte) 0);
    }
  }
}
