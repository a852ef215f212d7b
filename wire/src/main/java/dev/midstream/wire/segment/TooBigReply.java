package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Builds the ICMP error about an Ethernet frame that is too long for a link: "fragmentation needed"
 * (RFC 1191 section 4), or "packet too big" (RFC 4443 section 3.2). A box has no address, so the
 * error comes from the one that the packet was for, as from a bridged tunnel of Linux. Reusable,
 * not thread-safe.
 */
public final class TooBigReply {
  /** Octets of the longest reply, with a link header of {@link #MAX_LINK_BYTES}. */
  public static final int MAX_BYTES = 1_280 + 64;

  private static final int MAX_LINK_BYTES = 64;
  private static final int MAC_BYTES = 6;
  private static final int ETHERNET_TYPE = 12;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int TYPE_CUSTOMER_TAG = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int ICMP_BYTES = 8;
  private static final int PROTOCOL_ICMP = 1;
  private static final int PROTOCOL_ICMPV6 = 58;
  private static final int HOP_LIMIT = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** Longer errors are not sent (RFC 1812 section 4.3.2.3). */
  private static final int MAX_IPV4_ERROR_BYTES = 576;

  /** No link may be narrower (RFC 791 section 3.2). */
  private static final int MIN_IPV4_LINK_BYTES = 68;

  /** Longer errors are not sent (RFC 4443 section 2.4), and no link may be narrower (RFC 8200). */
  private static final int MIN_IPV6_LINK_BYTES = 1_280;

  private final MemorySegment reply = Arena.ofAuto().allocate(MAX_BYTES, Long.BYTES);
  private final Packet packet = new Packet();
  private MemorySegment memory = MemorySegment.NULL;
  private long ipAt;
  private int present;

  /**
   * The reply to a frame, valid until the next call; null if there must be none: about what is not
   * IP, about what routers may fragment, about an error or a later fragment, about what came from
   * or went to a group, and about a packet that fits.
   *
   * @param length octets of the frame at {@code offset}; its end may be missing
   * @param mtu the MTU of the interface by which it was to leave
   */
  public @Nullable Packet to(MemorySegment memory, long offset, int length, int mtu) {
    this.memory = memory;
    int ipOffset = ETHERNET_BYTES;
    int firstType = length < ETHERNET_BYTES ? 0 : twoOctets(memory, offset + ETHERNET_TYPE);
    int type = firstType;
    while (VlanType.isTag(type)
        && ipOffset < MAX_LINK_BYTES - TAG_BYTES
        && ipOffset + TAG_BYTES <= length) {
      type = twoOctets(memory, offset + ipOffset + 2);
      ipOffset += TAG_BYTES;
    }
    ipAt = offset + ipOffset;
    present = length - ipOffset;
    int tagBytes = ipOffset - ETHERNET_BYTES;
    int free = firstType == TYPE_CUSTOMER_TAG ? TAG_BYTES : 0; // beyond the MTU
    int linkBytes = mtu - tagBytes + free;
    if (isGroup(offset) || isGroup(offset + MAC_BYTES)) {
      return null;
    }
    if (type == TYPE_IPV4 && isAnswerableIpv4(linkBytes)) {
      return linked(offset, ipOffset, writeIpv4(ipOffset, linkBytes));
    }
    if (type == TYPE_IPV6 && isAnswerableIpv6(linkBytes)) {
      return linked(offset, ipOffset, writeIpv6(ipOffset, linkBytes));
    }
    return null;
  }

  private boolean isGroup(long macAt) {
    return (octet(memory, macAt) & 1) != 0;
  }

  private boolean isAnswerableIpv4(int linkBytes) {
    if (linkBytes < MIN_IPV4_LINK_BYTES
        || present < IPV4_BYTES + ICMP_BYTES
        || twoOctets(memory, ipAt + 2) <= linkBytes) {
      return false;
    }
    int fragment = twoOctets(memory, ipAt + 6);
    return (fragment & DONT_FRAGMENT) != 0
        && (fragment & FRAGMENT_OFFSET) == 0
        && !isIcmpError()
        && isHost(fourOctets(memory, ipAt + 12))
        && isHost(fourOctets(memory, ipAt + 16));
  }

  private boolean isIcmpError() {
    int headerLength = (octet(memory, ipAt) & 0xf) * 4;
    if (octet(memory, ipAt + 9) != PROTOCOL_ICMP || headerLength >= present) {
      return false;
    }
    int type = octet(memory, ipAt + headerLength);
    return (type >= 3 && type <= 5) || type == 11 || type == 12;
  }

  /** Neither in 0.0.0.0/8 or 127.0.0.0/8 nor a group or broadcast. */
  private static boolean isHost(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** No ICMPv6 error is so long. */
  private boolean isAnswerableIpv6(int linkBytes) {
    return linkBytes >= MIN_IPV6_LINK_BYTES
        && present >= IPV6_BYTES
        && twoOctets(memory, ipAt + 4) + IPV6_BYTES > linkBytes
        && isHost6(ipAt + 8)
        && isHost6(ipAt + 24);
  }

  /** Neither unspecified or loopback, which begin with zeros, nor a group. */
  private boolean isHost6(long addressAt) {
    int first = fourOctets(memory, addressAt);
    return first >>> 24 != 0xff && (first != 0 || fourOctets(memory, addressAt + 4) != 0);
  }

  /** Returns the length of the packet. */
  private int writeIpv4(int at, int linkBytes) {
    int headers = IPV4_BYTES + ICMP_BYTES;
    int quoted = Math.min(present, Math.min(MAX_IPV4_ERROR_BYTES, linkBytes) - headers);
    int length = headers + quoted;
    putFourOctets(reply, at, 0x4500 << 16 | length);
    putFourOctets(reply, at + 4L, DONT_FRAGMENT);
    putFourOctets(reply, at + 8L, HOP_LIMIT << 24 | PROTOCOL_ICMP << 16);
    MemorySegment.copy(memory, ipAt + 16, reply, at + 12L, 4);
    MemorySegment.copy(memory, ipAt + 12, reply, at + 16L, 4);
    putChecksum(at + 10L, InternetChecksum.sum(reply, at, IPV4_BYTES));
    int icmp = at + IPV4_BYTES;
    putFourOctets(reply, icmp, 0x0304 << 16);
    putFourOctets(reply, icmp + 4L, linkBytes);
    MemorySegment.copy(memory, ipAt, reply, icmp + (long) ICMP_BYTES, quoted);
    putChecksum(icmp + 2L, InternetChecksum.sum(reply, icmp, ICMP_BYTES + quoted));
    return length;
  }

  /** Returns the length of the packet. */
  private int writeIpv6(int at, int linkBytes) {
    int quoted = Math.min(present, MIN_IPV6_LINK_BYTES - IPV6_BYTES - ICMP_BYTES);
    int length = ICMP_BYTES + quoted;
    putFourOctets(reply, at, 0x6000_0000);
    putTwoOctets(reply, at + 4L, length);
    putOctet(reply, at + 6L, PROTOCOL_ICMPV6);
    putOctet(reply, at + 7L, HOP_LIMIT);
    MemorySegment.copy(memory, ipAt + 24, reply, at + 8L, 16);
    MemorySegment.copy(memory, ipAt + 8, reply, at + 24L, 16);
    int icmp = at + IPV6_BYTES;
    putFourOctets(reply, icmp, 0x0200 << 16);
    putFourOctets(reply, icmp + 4L, linkBytes);
    MemorySegment.copy(memory, ipAt, reply, icmp + (long) ICMP_BYTES, quoted);
    long sum = InternetChecksum.sum(reply, at + 8L, 32) + length + PROTOCOL_ICMPV6;
    putChecksum(icmp + 2L, sum + InternetChecksum.sum(reply, icmp, length));
    return IPV6_BYTES + length;
  }

  /** Writes the checksum of a sum in which its field is 0. */
  private void putChecksum(long at, long sum) {
    putTwoOctets(reply, at, InternetChecksum.checksum(sum));
  }

  private Packet linked(long offset, int ipOffset, int length) {
    MemorySegment.copy(memory, offset, reply, 0, ipOffset);
    MemorySegment.copy(memory, offset + MAC_BYTES, reply, 0, MAC_BYTES);
    MemorySegment.copy(memory, offset, reply, MAC_BYTES, MAC_BYTES);
    return packet.at(reply, 0, ipOffset + length).offload(ChecksumState.COMPLETE, 0);
  }
}
