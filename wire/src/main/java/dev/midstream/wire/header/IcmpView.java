package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * An ICMP or ICMPv6 error about a TCP segment: the quoted start of the segment. Reusable, not
 * thread-safe; allocates nothing.
 *
 * <p>Extensions after the quote (RFC 4884) are never touched.
 */
public final class IcmpView {
  /*
   *   link | IP | ICMP type code checksum word | IP of the quote | TCP: ports seq ack ... | extensions
   *               0                       4      8                 at least 8 octets
   */
  private static final int ICMP_BYTES = 8;
  private static final int QUOTED_BYTES = 8;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int CHECKSUM = 16;
  private static final int PROTOCOL_ICMP = 1;
  private static final int PROTOCOL_ICMPV6 = 58;
  private static final int PROTOCOL_TCP = 6;
  private static final int IPV4_FRAGMENT_BITS = 0x3fff;
  private static final int IPV4_OFFSET = 0x1fff;

  /** More than any quote omits. */
  private static final int OMITTED_BYTES = 1 << 17;

  private final LinkView link = new LinkView();
  private final ExtensionHeadersView extensions = new ExtensionHeadersView();
  private final IpView quotedIp = new IpView();
  private final Packet quoted = new Packet();
  private MemorySegment memory = MemorySegment.NULL;
  private int version;
  private long ipAt;
  private long icmpAt;
  private long end;
  private long quoteEnd;
  private long tcpAt;

  /**
   * Reads {@code packet}. Returns true if it is an error, wholly present, that quotes a TCP segment
   * at least up to its sequence number. Never throws, whatever the packet contains.
   */
  public boolean read(Packet packet) {
    memory = packet.memory();
    if (link.read(packet) != FrameKind.TCP || link.ipOffset() >= packet.length()) {
      return false;
    }
    ipAt = packet.offset() + link.ipOffset();
    version = octet(memory, ipAt) >>> 4;
    boolean announced = link.ipVersion() == 0 || link.ipVersion() == version;
    return announced
        && (version == 4 ? findInIpv4(packet) : version == 6 && findInIpv6(packet))
        && icmpAt + ICMP_BYTES <= end
        && isError()
        && readQuote();
  }

  /** 4 or 6. */
  public int ipVersion() {
    return version;
  }

  /** The VLAN IDs, see {@link FrameView#vlanIds}. */
  public int vlanIds() {
    return link.vlanIds();
  }

  /** Whether the segment exceeded the MTU of a link (RFC 1191 section 4, RFC 4443 section 3.2). */
  public boolean isTooBig() {
    int type = octet(memory, icmpAt);
    return version == 4 ? type == 3 && octet(memory, icmpAt + 1) == 4 : type == 2;
  }

  /** The MTU of that link, if {@link #isTooBig}; 0 if the message does not report it. */
  public int linkBytes() {
    return version == 4
        ? twoOctets(memory, icmpAt + 6)
        : (int) Math.min(Integer.MAX_VALUE, fourOctets(memory, icmpAt + 4) & 0xffff_ffffL);
  }

  /** Octets of the quoted IP packet, according to its header. */
  public int quotedPacketLength() {
    return quotedIp.end();
  }

  /** The upper half of the source address of the quoted segment; 0 for IPv4. */
  public long sourceHigh() {
    return quotedIp.sourceHigh();
  }

  /** The lower half of the source address of the quoted segment; the whole of it for IPv4. */
  public long sourceLow() {
    return quotedIp.sourceLow();
  }

  /** The upper half of the final destination of the quoted segment; 0 for IPv4. */
  public long destinationHigh() {
    return quotedIp.destinationHigh();
  }

  /** The lower half of the final destination of the quoted segment; the whole of it for IPv4. */
  public long destinationLow() {
    return quotedIp.destinationLow();
  }

  public int sourcePort() {
    return twoOctets(memory, tcpAt);
  }

  public int destinationPort() {
    return twoOctets(memory, tcpAt + 2);
  }

  /** The sequence number of the quoted segment. */
  public int sequence() {
    return fourOctets(memory, tcpAt + 4);
  }

  /** Whether the quote includes the acknowledgement number. */
  public boolean hasAcknowledgement() {
    return tcpAt + ACKNOWLEDGEMENT + 4 <= quoteEnd;
  }

  /** The acknowledgement number of the quoted segment; the quote must include it. */
  public int acknowledgement() {
    return fourOctets(memory, tcpAt + ACKNOWLEDGEMENT);
  }

  /** Whether the checksum of the message is right; it covers the whole quote. */
  public boolean isChecksumRight() {
    int length = (int) (end - icmpAt);
    long sum = InternetChecksum.sum(memory, icmpAt, length);
    if (version == 6) {
      long to = ipAt - link.ipOffset() + extensions.destinationOffset();
      long from = ipAt - link.ipOffset() + extensions.sourceOffset();
      sum += InternetChecksum.sum(memory, from, 16) + InternetChecksum.sum(memory, to, 16);
      sum += length + PROTOCOL_ICMPV6;
    }
    return InternetChecksum.fold(sum) == 0xffff;
  }

  /**
   * Sets the sequence number of the quoted segment; right checksums stay right, wrong ones wrong.
   */
  public void sequence(int sequence) {
    put(4, sequence);
  }

  /** Sets the acknowledgement number of the quoted segment; the quote must include it. */
  public void acknowledgement(int acknowledgement) {
    put(ACKNOWLEDGEMENT, acknowledgement);
  }

  private boolean findInIpv4(Packet packet) {
    if (link.ipOffset() + IpView.IPV4_BYTES > packet.length()) {
      return false;
    }
    int headerLength = (octet(memory, ipAt) & 0xf) * 4;
    icmpAt = ipAt + headerLength;
    end = ipAt + twoOctets(memory, ipAt + 2);
    return headerLength >= IpView.IPV4_BYTES
        && octet(memory, ipAt + 9) == PROTOCOL_ICMP
        && (twoOctets(memory, ipAt + 6) & IPV4_FRAGMENT_BITS) == 0
        && end <= packet.offset() + packet.length();
  }

  private boolean findInIpv6(Packet packet) {
    if (link.ipOffset() + IpView.IPV6_BYTES > packet.length()) {
      return false;
    }
    end = ipAt + IpView.IPV6_BYTES + twoOctets(memory, ipAt + 4);
    if (end > packet.offset() + packet.length()) {
      return false;
    }
    extensions.read(packet, link.ipOffset(), (int) (end - packet.offset()));
    icmpAt = packet.offset() + extensions.end();
    return octet(memory, packet.offset() + extensions.nextHeaderOffset()) == PROTOCOL_ICMPV6;
  }

  /** RFC 792, RFC 4443 section 2.1; other types quote nothing or are unknown. */
  private boolean isError() {
    int type = octet(memory, icmpAt);
    return switch (version) {
      case 4 -> (type >= 3 && type <= 5) || type == 11 || type == 12;
      default -> type >= 1 && type <= 4;
    };
  }

  private boolean readQuote() {
    quoteEnd = quoteEnd();
    long quoteAt = icmpAt + ICMP_BYTES;
    int present = (int) (quoteEnd - quoteAt);
    if (present <= 0) {
      return false;
    }
    quoted.at(memory, quoteAt, present).missing(OMITTED_BYTES);
    quoted.from(LinkType.RAW_IP, quoted.leg(), 0, 0);
    FrameKind kind = quotedIp.read(quoted, 0, version);
    tcpAt = quoteAt + quotedIp.tcpOffset();
    boolean holdsTcp = kind == FrameKind.TCP || (kind == FrameKind.FRAGMENT && isFirst(quoteAt));
    return holdsTcp && tcpAt + QUOTED_BYTES <= quoteEnd;
  }

  /** RFC 4884 section 4: a length field gives the end of the quote, where extensions start. */
  private long quoteEnd() {
    int type = octet(memory, icmpAt);
    int words = 0;
    if (version == 6) {
      words = type == 1 || type == 3 ? 2 * octet(memory, icmpAt + 4) : 0;
    } else if (type == 3 || type == 11 || type == 12) {
      words = octet(memory, icmpAt + 5);
    }
    return words == 0 ? end : Math.min(end, icmpAt + ICMP_BYTES + 4L * words);
  }

  /** Whether a quoted fragment is the first of its datagram; IPv6 routers do not fragment. */
  private boolean isFirst(long quoteAt) {
    return version == 4
        && octet(memory, quoteAt + 9) == PROTOCOL_TCP
        && (twoOctets(memory, quoteAt + 6) & IPV4_OFFSET) == 0;
  }

  private void put(int place, int value) {
    int before = fourOctets(memory, tcpAt + place);
    putFourOctets(memory, tcpAt + place, value);
    if (before == value) {
      return;
    }
    long change = InternetChecksum.change(before, value);
    if (tcpAt + CHECKSUM + 2 <= quoteEnd) {
      change += putChecksum(tcpAt + CHECKSUM, change);
    }
    putChecksum(icmpAt + 2, change);
  }

  /** Returns the change of the sum caused by the checksum field itself. */
  private long putChecksum(long place, long change) {
    int before = twoOctets(memory, place);
    int after = InternetChecksum.update(before, change);
    putTwoOctets(memory, place, after);
    return InternetChecksum.change(before, after);
  }
}
