package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Builds segments from a {@link HeaderTemplate}: {@link #from}, then the fields that differ, then
 * the payload, then {@link #build}. Fields that are not set keep the template's value. Reusable,
 * not thread-safe; allocates nothing after construction.
 */
public final class SegmentBuilder {
  /*
   * Headers end where the payload starts, so options may grow towards lower addresses:
   *
   *   scratch  0 ......... start ............ 256 ................ 256 + payloadLength ... 65,792
   *            unused      link, IP, TCP      payload
   */
  private static final int PAYLOAD_AT = HeaderTemplate.HEADER_BYTES;
  private static final int PAYLOAD_BYTES = 65_536;
  private static final int MAX_IP_LENGTH = 65_535;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;

  /** Octets of scratch memory that a builder uses. */
  public static final int SCRATCH_BYTES = PAYLOAD_AT + PAYLOAD_BYTES;

  private final MemorySegment scratch;
  private final OptionLayout layout = new OptionLayout();
  private final Packet packet = new Packet();
  private final PayloadParts parts = new PayloadParts();
  private HeaderTemplate template = new HeaderTemplate();
  private Leg leg = Leg.INSIDE;
  private int start;
  private int payloadLength;
  private int gsoBytes;

  /** A builder with its own native scratch memory. */
  public SegmentBuilder() {
    this(Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES));
  }

  /** A builder that works in the first {@link #SCRATCH_BYTES} octets of {@code scratch}. */
  public SegmentBuilder(MemorySegment scratch) {
    this.scratch = scratch.asSlice(0, SCRATCH_BYTES);
  }

  /** Starts a segment with the headers of {@code template}, which must not be empty. */
  public SegmentBuilder from(HeaderTemplate template) {
    if (template.isEmpty()) {
      throw new IllegalStateException("template has no headers");
    }
    this.template = template;
    leg = template.leg();
    start = PAYLOAD_AT - template.length();
    payloadLength = 0;
    parts.clear();
    gsoBytes = 0;
    template.copyTo(scratch, start);
    return this;
  }

  /** Sets the leg that the segment leaves by, in place of the template's. */
  public SegmentBuilder leg(Leg leg) {
    this.leg = leg;
    return this;
  }

  public SegmentBuilder sequence(int sequence) {
    putFourOctets(scratch, tcpAt() + 4, sequence);
    return this;
  }

  public SegmentBuilder acknowledgement(int acknowledgement) {
    putFourOctets(scratch, tcpAt() + 8, acknowledgement);
    return this;
  }

  /** Sets the nine control bits, see {@link TcpFlags}. */
  public SegmentBuilder flags(int flags) {
    int others = twoOctets(scratch, tcpAt() + 12) & ~TcpFlags.ALL;
    putTwoOctets(scratch, tcpAt() + 12, others | (flags & TcpFlags.ALL));
    return this;
  }

  /** Sets the window field, 0 to 65,535, not scaled. */
  public SegmentBuilder window(int field) {
    putTwoOctets(scratch, tcpAt() + 14, field);
    return this;
  }

  public SegmentBuilder urgentPointer(int pointer) {
    putTwoOctets(scratch, tcpAt() + 18, pointer);
    return this;
  }

  /** Sets the hop limit, 0 to 255; for IPv4 the time to live. */
  public SegmentBuilder hopLimit(int hopLimit) {
    IpFields.hopLimit(scratch, ipAt(), template.ipVersion(), hopLimit);
    return this;
  }

  /** Sets the ECN field of the IP header, 0 to 3 (RFC 3168). */
  public SegmentBuilder ecn(int bits) {
    IpFields.ecn(scratch, ipAt(), template.ipVersion(), bits);
    return this;
  }

  /** Sets the identification field; has no effect for IPv6. */
  public SegmentBuilder ipv4Id(int id) {
    if (template.ipVersion() == 4) {
      putTwoOctets(scratch, ipAt() + 4, id);
    }
    return this;
  }

  /** Sets TSval and TSecr; has no effect if the template has no timestamps. */
  public SegmentBuilder timestamps(int value, int echo) {
    long option = OptionLayout.findTimestamps(scratch, optionsAt(), PAYLOAD_AT);
    if (option >= 0) {
      putFourOctets(scratch, option + 2, value);
      putFourOctets(scratch, option + 6, echo);
    }
    return this;
  }

  /** Overwrites accurate ECN options (RFC 9768) with NOPs. */
  public SegmentBuilder withoutAccurateEcn() {
    OptionLayout.erase(scratch, optionsAt(), PAYLOAD_AT, OptionLayout.ACCURATE_ECN_0);
    OptionLayout.erase(scratch, optionsAt(), PAYLOAD_AT, OptionLayout.ACCURATE_ECN_1);
    return this;
  }

  /** Overwrites SACK blocks with NOPs. */
  public SegmentBuilder withoutSack() {
    OptionLayout.erase(scratch, optionsAt(), PAYLOAD_AT, OptionLayout.SACK);
    return this;
  }

  /**
   * Overwrites every option except timestamps with NOPs, so that options allowed only on a SYN
   * appear in no other segment.
   */
  public SegmentBuilder withoutSynOptions() {
    OptionLayout.eraseAllButTimestamps(scratch, optionsAt(), PAYLOAD_AT);
    return this;
  }

  /** Overwrites timestamps with NOPs. */
  public SegmentBuilder withoutTimestamps() {
    OptionLayout.erase(scratch, optionsAt(), PAYLOAD_AT, OptionLayout.TIMESTAMPS);
    return this;
  }

  /**
   * Replaces the template's SACK blocks with these, or the first of them that fit: four, or three
   * with timestamps. The header grows or shrinks; without any block this is {@link #withoutSack}.
   *
   * @param edges left and right edge of each block in turn
   */
  public SegmentBuilder sackBlocks(int[] edges, int blocks) {
    Objects.checkFromToIndex(0, 2 * blocks, edges.length);
    int headLength = (int) optionsAt() - start;
    int room = PAYLOAD_AT - headLength;
    int length = layout.layOut(scratch, optionsAt(), PAYLOAD_AT, edges, blocks, room);
    if (length < 0) {
      return withoutSack();
    }
    int newStart = PAYLOAD_AT - length - headLength;
    MemorySegment.copy(scratch, start, scratch, newStart, headLength);
    start = newStart;
    layout.writeTo(scratch, optionsAt(), length);
    int others = NetworkOrder.octet(scratch, tcpAt() + 12) & 0xf;
    putOctet(scratch, tcpAt() + 12, ((TCP_BYTES + length) / 4) << 4 | others);
    return this;
  }

  /**
   * Makes a super-segment: the outgoing port cuts the payload into segments of {@code bytes}
   * octets, the last of which may be shorter, and completes their checksums. A shorter payload
   * stays one segment.
   */
  public SegmentBuilder gsoBytes(int bytes) {
    gsoBytes = bytes;
    return this;
  }

  /** Appends {@code length} octets at {@code offset} of {@code memory} to the payload. */
  public SegmentBuilder payload(MemorySegment memory, long offset, int length) {
    Objects.checkFromIndexSize(payloadLength, length, PAYLOAD_BYTES);
    MemorySegment.copy(memory, offset, scratch, PAYLOAD_AT + payloadLength, length);
    payloadLength += length;
    return this;
  }

  /**
   * Appends octets without copying them. Either all of the payload is copied or none; a mixed
   * segment cannot be built. The port completes the checksum of a payload that is not copied.
   */
  public SegmentBuilder payload(MemoryOwner owner, MemorySegment memory, long offset, int length) {
    Objects.checkFromIndexSize(payloadLength, length, PAYLOAD_BYTES);
    parts.add(owner, memory, offset, length);
    payloadLength += length;
    return this;
  }

  /** Octets of payload appended so far. */
  public int payloadLength() {
    return payloadLength;
  }

  /** Octets of the link, IP and TCP headers in their current form. */
  public int headerLength() {
    return PAYLOAD_AT - start;
  }

  /**
   * Completes lengths and checksums. The packet belongs to the builder and is valid until the next
   * {@link #from}; its link type and interface are the template's.
   *
   * @throws IllegalStateException if the IP length does not fit into its 16-bit field
   */
  public Packet build(long timeNanos) {
    boolean copied = parts.count() == 0;
    if (!copied && parts.bytes() != payloadLength) {
      throw new IllegalStateException("payload is copied in part: bytes=" + payloadLength);
    }
    writeIpLength();
    boolean whole = gsoBytes == 0 || payloadLength <= gsoBytes;
    boolean complete = whole && copied;
    writeChecksum(complete);
    packet.at(scratch, start, headerLength() + (copied ? payloadLength : 0));
    if (!copied) {
      packet.parts(parts);
    }
    return packet
        .from(template.linkType(), leg, template.interfaceId(), timeNanos)
        .offload(complete ? ChecksumState.COMPLETE : ChecksumState.PARTIAL, whole ? 0 : gsoBytes);
  }

  /** If the port completes the checksum, the field holds only the sum of the pseudo header. */
  private void writeChecksum(boolean complete) {
    int segmentLength = PAYLOAD_AT + payloadLength - (int) tcpAt();
    long pseudoSum =
        InternetChecksum.tcpPseudoHeader(
            template.sourceHigh(),
            template.sourceLow(),
            template.destinationHigh(),
            template.destinationLow(),
            segmentLength);
    putTwoOctets(scratch, tcpAt() + 16, 0);
    int field =
        complete
            ? InternetChecksum.checksum(
                pseudoSum + InternetChecksum.sum(scratch, tcpAt(), segmentLength))
            : InternetChecksum.fold(pseudoSum);
    putTwoOctets(scratch, tcpAt() + 16, field);
  }

  private void writeIpLength() {
    int ipLength = PAYLOAD_AT + payloadLength - (int) ipAt();
    boolean ipv4 = template.ipVersion() == 4;
    int field = ipv4 ? ipLength : ipLength - IPV6_BYTES;
    if (field > MAX_IP_LENGTH) {
      throw new IllegalStateException("segment is too long: bytes=" + ipLength);
    }
    putTwoOctets(scratch, ipAt() + (ipv4 ? 2 : 4), field);
    if (ipv4) {
      int headerLength = (NetworkOrder.octet(scratch, ipAt()) & 0xf) * 4;
      putTwoOctets(scratch, ipAt() + 10, 0);
      long sum = InternetChecksum.sum(scratch, ipAt(), headerLength);
      putTwoOctets(scratch, ipAt() + 10, InternetChecksum.checksum(sum));
    }
  }

  private long ipAt() {
    return start + (long) template.ipOffset();
  }

  private long tcpAt() {
    return start + (long) template.tcpOffset();
  }

  private long optionsAt() {
    return tcpAt() + TCP_BYTES;
  }
}
