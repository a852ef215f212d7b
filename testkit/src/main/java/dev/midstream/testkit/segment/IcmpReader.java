package dev.midstream.testkit.segment;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** An ICMP or ICMPv6 message that quotes a TCP segment. Reusable; valid while the packet is. */
public final class IcmpReader {
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int IPV6 = 0x86dd;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV6_BYTES = 40;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int ICMP_BYTES = 8;
  private static final int PORTS_AND_SEQUENCE = 8;

  /** The smallest MTUs that a host believes; a forged one could be lower. */
  private static final int LEAST_IPV4_BYTES = 576;

  private static final int LEAST_IPV6_BYTES = 1_280;

  private MemorySegment memory = MemorySegment.NULL;
  private boolean ipv6;
  private long ipAt;
  private long icmpAt;
  private long end;
  private long tcpAt;

  /** Reads {@code packet}, which ends without padding; false if it is no such message. */
  public boolean read(Packet packet) {
    memory = packet.memory();
    end = packet.offset() + packet.length();
    if (packet.length() < ETHERNET_BYTES + IPV6_BYTES + ICMP_BYTES) {
      return false;
    }
    long typeAt = packet.offset() + ETHERNET_BYTES - 2;
    int type = BigEndian.two(memory, typeAt);
    while ((type == VLAN || type == SERVICE_VLAN) && typeAt + 4 + IPV6_BYTES <= end) {
      typeAt += 4;
      type = BigEndian.two(memory, typeAt);
    }
    ipv6 = type == IPV6;
    ipAt = typeAt + 2;
    return readIp();
  }

  private boolean readIp() {
    icmpAt = ipAt + headerBytes(ipAt);
    long quoteAt = icmpAt + ICMP_BYTES;
    if (BigEndian.one(memory, ipAt + (ipv6 ? 6 : 9)) != (ipv6 ? ICMPV6 : ICMP)
        || quoteAt + IPV6_BYTES > end) {
      return false;
    }
    tcpAt = quoteAt + headerBytes(quoteAt);
    return tcpAt + PORTS_AND_SEQUENCE <= end;
  }

  /** Whether the segment exceeded the MTU of a link (RFC 1191 section 4, RFC 4443 section 3.2). */
  public boolean isTooBig() {
    return BigEndian.two(memory, icmpAt) == (ipv6 ? 0x0200 : 0x0304);
  }

  /** Whether the checksum is right; it covers the whole message. */
  public boolean isChecksumRight() {
    int length = (int) (end - icmpAt);
    long sum = OnesComplement.sum(memory, icmpAt, length);
    if (ipv6) {
      sum += OnesComplement.sum(memory, ipAt + 8, 32) + length + ICMPV6;
    }
    return OnesComplement.fold(sum) == 0xffff;
  }

  private int headerBytes(long at) {
    return ipv6 ? IPV6_BYTES : (BigEndian.one(memory, at) & 15) * 4;
  }

  /** The port from which the segment was sent. */
  public int sourcePort() {
    return BigEndian.two(memory, tcpAt);
  }

  public int destinationPort() {
    return BigEndian.two(memory, tcpAt + 2);
  }

  /** The sequence number of the segment. */
  public int sequence() {
    return BigEndian.four(memory, tcpAt + 4);
  }

  /** What an IP packet may carry after its header, if {@link #isTooBig}. */
  public int segmentBytes() {
    return ipv6
        ? Math.max(LEAST_IPV6_BYTES, BigEndian.four(memory, icmpAt + 4)) - IPV6_BYTES
        : Math.max(LEAST_IPV4_BYTES, BigEndian.two(memory, icmpAt + 6)) - 20;
  }
}
