package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import java.lang.foreign.MemorySegment;

/** Fields of an IP header of either version whose checksum is written later. */
final class IpFields {
  private static final int IPV4_HOP_LIMIT = 8;
  private static final int IPV6_HOP_LIMIT = 7;

  private IpFields() {}

  /** Sets the hop limit or time to live of the header at {@code ipAt}. */
  static void hopLimit(MemorySegment memory, long ipAt, int ipVersion, int hopLimit) {
    putOctet(memory, ipAt + (ipVersion == 4 ? IPV4_HOP_LIMIT : IPV6_HOP_LIMIT), hopLimit);
  }

  /** Sets the ECN field of the header at {@code ipAt}. */
  static void ecn(MemorySegment memory, long ipAt, int ipVersion, int bits) {
    int shift = ipVersion == 4 ? 0 : 4;
    int others = twoOctets(memory, ipAt) & ~(3 << shift);
    putTwoOctets(memory, ipAt, others | bits << shift);
  }
}
