package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.eightOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * The headers of one packet, read in place in one pass. Reusable, not thread-safe.
 *
 * <p>All offsets count from {@link Packet#offset}. Fields are valid after {@link #read} returned
 * {@link FrameKind#TCP}; those of the link and IP header, {@link #frameLength} and the addresses
 * also after {@link FrameKind#FRAGMENT}. Edits by a {@link HeaderEditor} are visible at once.
 */
public final class FrameView {
  private static final int TCP_BYTES = 20;
  private static final int IPV4_DONT_FRAGMENT = 0x4000;

  private final LinkView link = new LinkView();
  private final IpView ip = new IpView();
  private final TcpOptionsView options = new TcpOptionsView();
  private Packet packet = new Packet();
  private boolean portsRead;
  private int tcpHeaderLength;
  private int ports;
  private int sequence;
  private int acknowledgement;
  private int offsetAndFlags;
  private int windowField;

  /**
   * Reads the headers of {@code packet} and returns its kind. Never throws, whatever the packet
   * contains.
   */
  public FrameKind read(Packet packet) {
    this.packet = packet;
    portsRead = false;
    FrameKind kind = link.read(packet);
    if (kind == FrameKind.TCP) {
      kind = ip.read(packet, link.ipOffset(), link.ipVersion());
    }
    return kind == FrameKind.TCP ? readTcp() : kind;
  }

  private FrameKind readTcp() {
    int present = Math.min(ip.end(), packet.length());
    if (present - ip.tcpOffset() < TCP_BYTES) {
      return FrameKind.MALFORMED;
    }
    readNumbers(packet.memory(), tcpAt());
    portsRead = true;
    tcpHeaderLength = (offsetAndFlags >>> 12) * 4;
    if (tcpHeaderLength < TCP_BYTES || tcpHeaderLength > segmentLength()) {
      return FrameKind.MALFORMED;
    }
    int optionsEnd = Math.min(present, payloadOffset());
    options.at(packet.memory(), packet.offset(), ip.tcpOffset() + TCP_BYTES, optionsEnd);
    return FrameKind.TCP;
  }

  /** Caches the fields that are read often: memory access costs much more than field access. */
  private void readNumbers(MemorySegment memory, long at) {
    long first = eightOctets(memory, at);
    ports = (int) (first >>> 32);
    sequence = (int) first;
    long second = eightOctets(memory, at + 8);
    acknowledgement = (int) (second >>> 32);
    offsetAndFlags = (int) (second >>> 16) & 0xffff;
    windowField = (int) second & 0xffff;
  }

  /**
   * Whether addresses and ports are known. A {@link FrameKind#MALFORMED} packet may have them too.
   */
  public boolean hasPorts() {
    return portsRead;
  }

  /** The packet read last. */
  public Packet packet() {
    return packet;
  }

  /** 4 or 6. */
  public int ipVersion() {
    return ip.version();
  }

  /**
   * The VLAN ID; {@code outer << 12 | inner} with two tags; 0 without a tag or with a priority tag.
   */
  public int vlanIds() {
    return link.vlanIds();
  }

  public int ipOffset() {
    return link.ipOffset();
  }

  public int tcpOffset() {
    return ip.tcpOffset();
  }

  /** Octets of the TCP header with its options, 20 to 60; a capture may have truncated them. */
  public int tcpHeaderLength() {
    return tcpHeaderLength;
  }

  public int payloadOffset() {
    return ip.tcpOffset() + tcpHeaderLength;
  }

  /** Octets of payload on the wire, according to the IP header. */
  public int payloadLength() {
    return ip.end() - payloadOffset();
  }

  /**
   * Octets of payload that are present; fewer than {@link #payloadLength} if the capture truncated
   * it.
   */
  public int presentPayloadLength() {
    return Math.max(0, Math.min(ip.end(), packet.length()) - payloadOffset());
  }

  /** Octets on the wire up to the end of the IP payload, without padding. */
  public int frameLength() {
    return ip.end();
  }

  /** The upper half of the source address; 0 for IPv4. */
  public long sourceHigh() {
    return ip.sourceHigh();
  }

  /** The lower half of the source address; the whole of it for IPv4. */
  public long sourceLow() {
    return ip.sourceLow();
  }

  /** The upper half of the final destination address; 0 for IPv4. */
  public long destinationHigh() {
    return ip.destinationHigh();
  }

  /** The lower half of the final destination address; the whole of it for IPv4. */
  public long destinationLow() {
    return ip.destinationLow();
  }

  public int sourcePort() {
    return ports >>> 16;
  }

  public int destinationPort() {
    return ports & 0xffff;
  }

  public int sequence() {
    return sequence;
  }

  public int acknowledgement() {
    return acknowledgement;
  }

  /** The nine control bits, see {@link TcpFlags}. */
  public int flags() {
    return offsetAndFlags & TcpFlags.ALL;
  }

  /** The data offset, the reserved bits and the control bits, as in the header. */
  int offsetAndFlags() {
    return offsetAndFlags;
  }

  /** Updates the cached sequence number after an edit. */
  void sequence(int sequence) {
    this.sequence = sequence;
  }

  /** Updates the cached acknowledgement number after an edit. */
  void acknowledgement(int acknowledgement) {
    this.acknowledgement = acknowledgement;
  }

  /** Updates the cached data offset and control bits after an edit. */
  void offsetAndFlags(int offsetAndFlags) {
    this.offsetAndFlags = offsetAndFlags;
  }

  /** Updates the cached window field after an edit. */
  void windowField(int field) {
    windowField = field;
  }

  /** The window field, not scaled. */
  public int windowField() {
    return windowField;
  }

  public int checksumField() {
    return twoOctets(packet.memory(), tcpAt() + 16);
  }

  public int urgentPointer() {
    return twoOctets(packet.memory(), tcpAt() + 18);
  }

  public boolean isFin() {
    return (offsetAndFlags & TcpFlags.FIN) != 0;
  }

  /** Whether it is a SYN. With RST, too, it is a RST and nothing else (RFC 9293 section 3.10.7). */
  public boolean isSyn() {
    return (offsetAndFlags & (TcpFlags.SYN | TcpFlags.RST)) == TcpFlags.SYN;
  }

  public boolean isRst() {
    return (offsetAndFlags & TcpFlags.RST) != 0;
  }

  public boolean isPsh() {
    return (offsetAndFlags & TcpFlags.PSH) != 0;
  }

  public boolean isAck() {
    return (offsetAndFlags & TcpFlags.ACK) != 0;
  }

  public boolean isUrg() {
    return (offsetAndFlags & TcpFlags.URG) != 0;
  }

  /** The hop limit; for IPv4 the time to live. */
  public int hopLimit() {
    return ip.hopLimit();
  }

  /** Updates the cached hop limit after an edit. */
  void hopLimit(int hopLimit) {
    ip.hopLimit(hopLimit);
  }

  /**
   * The ECN field of the IP header (RFC 3168): 0 not capable, 1 and 2 capable, 3 congestion
   * experienced.
   */
  public int ecn() {
    return ip.trafficClass() & 3;
  }

  /** Updates the cached ECN field after an edit. */
  void ecn(int bits) {
    ip.trafficClass((ip.trafficClass() & ~3) | bits);
  }

  /** The identification field; 0 for IPv6. */
  public int ipv4Id() {
    return ipVersion() == 4 ? twoOctets(packet.memory(), ipAt() + 4) : 0;
  }

  /** Whether routers must not fragment it (DF); false for IPv6. */
  public boolean ipv4DontFragment() {
    return ipVersion() == 4 && (twoOctets(packet.memory(), ipAt() + 6) & IPV4_DONT_FRAGMENT) != 0;
  }

  /** The options, valid until the next {@link #read}. */
  public TcpOptionsView options() {
    return options;
  }

  /**
   * Whether the TCP checksum is complete and right. Reads every octet of the segment; false if some
   * are missing.
   */
  public boolean isTcpChecksumRight() {
    return isSegmentPresent() && InternetChecksum.fold(segmentSum()) == 0xffff;
  }

  /**
   * Whether the TCP checksum has the value that a sending host leaves for its hardware to complete:
   * the sum of the pseudo header, with the segment's length or, for a super-segment, without.
   */
  public boolean isTcpChecksumUnfinished() {
    return checksumField() == InternetChecksum.fold(pseudoHeaderSum(segmentLength()))
        || checksumField() == InternetChecksum.fold(pseudoHeaderSum(0));
  }

  /** Whether the checksum of the IPv4 header is right; true for IPv6, which has none. */
  public boolean isIpv4HeaderChecksumRight() {
    if (ipVersion() != 4) {
      return true;
    }
    int length = (octet(packet.memory(), ipAt()) & 0xf) * 4;
    return InternetChecksum.fold(InternetChecksum.sum(packet.memory(), ipAt(), length)) == 0xffff;
  }

  /** Whether every octet of the segment is present; a capture may have truncated it. */
  public boolean isSegmentPresent() {
    return ip.end() <= packet.length();
  }

  /** The sum of pseudo header, TCP header and payload, including the checksum field. */
  long segmentSum() {
    return pseudoHeaderSum(segmentLength())
        + InternetChecksum.sum(packet.memory(), tcpAt(), segmentLength());
  }

  private long pseudoHeaderSum(int length) {
    return InternetChecksum.tcpPseudoHeader(
        sourceHigh(), sourceLow(), destinationHigh(), destinationLow(), length);
  }

  /** Where the IP header starts in the memory. */
  long ipAt() {
    return packet.offset() + link.ipOffset();
  }

  /** Where the TCP header starts in the memory. */
  long tcpAt() {
    return packet.offset() + ip.tcpOffset();
  }

  /** Offset of the jumbo payload option (RFC 2675) of IPv6; -1 if absent. */
  public int jumboOffset() {
    return ip.jumboOffset();
  }

  /** Offset of the field that identifies the header at {@link #tcpOffset}. */
  int nextHeaderOffset() {
    return ip.nextHeaderOffset();
  }

  private int segmentLength() {
    return ip.end() - ip.tcpOffset();
  }
}
