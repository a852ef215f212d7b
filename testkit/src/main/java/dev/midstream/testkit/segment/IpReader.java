package dev.midstream.testkit.segment;

import java.lang.foreign.MemorySegment;

/**
 * The link and IP headers before a TCP header: Ethernet with VLAN tags, IPv4 (RFC 791) with
 * options, IPv6 (RFC 8200) with extension headers.
 */
final class IpReader {
  private static final int TCP = 6;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int FRAGMENT_BITS = 0x3fff;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  private MemorySegment memory = MemorySegment.NULL;
  private boolean ipv4;
  private long frameAt;
  private long ipAt;
  private long tcpAt;
  private long end;

  /** Reads the headers of the frame in {@code [start, frameEnd)}; false if no whole TCP follows. */
  boolean read(MemorySegment memory, long start, long frameEnd) {
    this.memory = memory;
    frameAt = start;
    if (frameEnd - start < ETHERNET_BYTES + IPV4_BYTES) {
      return false;
    }
    long typeAt = start + ETHERNET_BYTES - 2;
    int type = BigEndian.two(memory, typeAt);
    while ((type == VLAN || type == SERVICE_VLAN) && typeAt + 6 + IPV4_BYTES <= frameEnd) {
      typeAt += 4;
      type = BigEndian.two(memory, typeAt);
    }
    ipAt = typeAt + 2;
    ipv4 = type == IPV4;
    return ipv4 ? readIpv4(frameEnd) : type == IPV6 && readIpv6(frameEnd);
  }

  private boolean readIpv4(long frameEnd) {
    int header = (BigEndian.one(memory, ipAt) & 15) * 4;
    end = ipAt + BigEndian.two(memory, ipAt + 2);
    tcpAt = ipAt + header;
    return BigEndian.one(memory, ipAt) >>> 4 == 4
        && header >= IPV4_BYTES
        && BigEndian.one(memory, ipAt + 9) == TCP
        && (BigEndian.two(memory, ipAt + 6) & FRAGMENT_BITS) == 0
        && tcpAt < end
        && end <= frameEnd;
  }

  private boolean readIpv6(long frameEnd) {
    if (frameEnd - ipAt < IPV6_BYTES || BigEndian.one(memory, ipAt) >>> 4 != 6) {
      return false;
    }
    end = ipAt + IPV6_BYTES + BigEndian.two(memory, ipAt + 4);
    int next = BigEndian.one(memory, ipAt + 6);
    tcpAt = ipAt + IPV6_BYTES;
    while (isExtension(next) && tcpAt + 8 <= end && end <= frameEnd) {
      next = BigEndian.one(memory, tcpAt);
      tcpAt += 8 + 8L * BigEndian.one(memory, tcpAt + 1);
    }
    return next == TCP && tcpAt < end && end <= frameEnd;
  }

  /** Hop-by-hop options, routing without segments left, destination options. */
  private static boolean isExtension(int header) {
    return header == 0 || header == 43 || header == 60;
  }

  int version() {
    return ipv4 ? 4 : 6;
  }

  long frameAt() {
    return frameAt;
  }

  long ipAt() {
    return ipAt;
  }

  long tcpAt() {
    return tcpAt;
  }

  /** The end of the IP packet, without padding of the frame. */
  long end() {
    return end;
  }

  /** The hop limit; the time to live of IPv4. */
  int hopLimit() {
    return BigEndian.one(memory, ipAt + (ipv4 ? 8 : 7));
  }

  /** The two ECN bits (RFC 3168). */
  int ecn() {
    return ipv4 ? BigEndian.one(memory, ipAt + 1) & 3 : BigEndian.two(memory, ipAt) >>> 4 & 3;
  }

  /** Whether the header checksum of IPv4 is right; IPv6 has none. */
  boolean isHeaderRight() {
    int length = (int) (tcpAt - ipAt);
    return !ipv4 || OnesComplement.fold(OnesComplement.sum(memory, ipAt, length)) == 0xffff;
  }

  /** The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1), not folded. */
  long pseudoHeader() {
    long addresses =
        ipv4 ? OnesComplement.sum(memory, ipAt + 12, 8) : OnesComplement.sum(memory, ipAt + 8, 32);
    return addresses + TCP + (end - tcpAt);
  }
}
