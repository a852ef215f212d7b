package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Reassembles a datagram: {@link #begin} with its first fragment, then octets at their offsets,
 * then {@link #build}. Reusable, not thread-safe; its memory is allocated with the first datagram.
 */
public final class DatagramBuilder {
  /** Room for a link header of 64 octets, an IPv6 header and the largest payload. */
  private static final int SCRATCH_BYTES = 65_664;

  private static final int IPV6_BYTES = 40;
  private static final int IPV4_DONT_FRAGMENT_AND_RESERVED = 0xc000;
  private static final int CONGESTION_EXPERIENCED = 3;

  private final Packet packet = new Packet();
  private MemorySegment scratch = MemorySegment.NULL;
  private int ipVersion;
  private int ipOffset;
  private int headersEnd;

  /** Starts with the link and IP headers of {@code first}, which contains the first octets. */
  public DatagramBuilder begin(FragmentView first) {
    if (scratch.byteSize() == 0) {
      scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
    }
    Packet from = first.packet();
    ipVersion = first.view().ipVersion();
    ipOffset = first.view().ipOffset();
    headersEnd = first.headersEnd();
    MemorySegment.copy(from.memory(), from.offset(), scratch, 0, headersEnd);
    if (ipVersion == 4) {
      int flags = twoOctets(scratch, ipOffset + 6L) & IPV4_DONT_FRAGMENT_AND_RESERVED;
      putTwoOctets(scratch, ipOffset + 6L, flags);
    } else {
      putOctet(scratch, first.nextHeaderOffset(), first.protocol());
    }
    packet.from(from.linkType(), from.leg(), from.interfaceId(), from.timeNanos());
    return this;
  }

  /** Copies {@code length} octets to offset {@code start} of the datagram's fragmentable part. */
  public DatagramBuilder octets(MemorySegment memory, long offset, int start, int length) {
    Objects.checkFromIndexSize(headersEnd + start, length, SCRATCH_BYTES);
    MemorySegment.copy(memory, offset, scratch, headersEnd + (long) start, length);
    return this;
  }

  /** Sets the hop limit; for IPv4 the time to live. */
  public DatagramBuilder hopLimit(int hopLimit) {
    putOctet(scratch, ipOffset + (ipVersion == 4 ? 8 : 7), hopLimit);
    return this;
  }

  /** Sets congestion experienced (CE) if the sender is ECN-capable (RFC 3168 section 5.3). */
  public DatagramBuilder congestionExperienced() {
    long place = ipVersion == 4 ? ipOffset + 1L : ipOffset;
    int shift = ipVersion == 4 ? 0 : 4;
    int field = ipVersion == 4 ? octet(scratch, place) : twoOctets(scratch, place);
    if ((field >>> shift & CONGESTION_EXPERIENCED) != 0) {
      int marked = field | CONGESTION_EXPERIENCED << shift;
      if (ipVersion == 4) {
        putOctet(scratch, place, marked);
      } else {
        putTwoOctets(scratch, place, marked);
      }
    }
    return this;
  }

  /**
   * Completes lengths and the IPv4 checksum of a datagram with {@code length} octets after its
   * headers. The packet belongs to the builder and is valid until the next {@link #begin}.
   */
  public Packet build(int length) {
    int ipLength = headersEnd - ipOffset + length;
    if (ipVersion == 4) {
      putTwoOctets(scratch, ipOffset + 2L, ipLength);
      putTwoOctets(scratch, ipOffset + 10L, 0);
      int headerLength = headersEnd - ipOffset;
      long sum = InternetChecksum.sum(scratch, ipOffset, headerLength);
      putTwoOctets(scratch, ipOffset + 10L, InternetChecksum.checksum(sum));
    } else {
      putTwoOctets(scratch, ipOffset + 4L, ipLength - IPV6_BYTES);
    }
    return packet.at(scratch, 0, headersEnd + length).offload(ChecksumState.COMPLETE, 0);
  }

  /** Where the datagram's fragmentable part starts in the packet. */
  public int payloadOffset() {
    return headersEnd;
  }
}
