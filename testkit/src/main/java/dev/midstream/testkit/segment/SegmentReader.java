package dev.midstream.testkit.segment;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One TCP segment in an Ethernet frame (RFC 9293 section 3.1). Reusable; valid while the packet is.
 */
public final class SegmentReader {
  private static final int TCP_BYTES = 20;

  private final IpReader ip = new IpReader();
  private final OptionsReader options = new OptionsReader();
  private MemorySegment memory = MemorySegment.NULL;
  private long at;
  private int headerBytes;
  private int bits;

  /** Reads {@code packet}; false if it is no Ethernet frame with a whole TCP segment. */
  public boolean read(Packet packet) {
    memory = packet.memory();
    if (!ip.read(memory, packet.offset(), packet.offset() + packet.length())) {
      return false;
    }
    at = ip.tcpAt();
    if (ip.end() - at < TCP_BYTES) {
      return false;
    }
    bits = BigEndian.two(memory, at + 12);
    headerBytes = (bits >>> 12) * 4;
    if (headerBytes < TCP_BYTES || at + headerBytes > ip.end()) {
      return false;
    }
    options.read(memory, at + TCP_BYTES, at + headerBytes);
    return true;
  }

  public int ipVersion() {
    return ip.version();
  }

  public int hopLimit() {
    return ip.hopLimit();
  }

  /** The two ECN bits (RFC 3168). */
  public int ecn() {
    return ip.ecn();
  }

  /** The octets before the TCP header, from the start of the frame on. */
  public byte[] lowerHeaders() {
    return octets(ip.frameAt(), at);
  }

  /** The octets of the TCP header with its options. */
  public byte[] tcpHeader() {
    return octets(at, at + headerBytes);
  }

  private byte[] octets(long start, long end) {
    return memory.asSlice(start, end - start).toArray(ValueLayout.JAVA_BYTE);
  }

  public int sourcePort() {
    return BigEndian.two(memory, at);
  }

  public int destinationPort() {
    return BigEndian.two(memory, at + 2);
  }

  public int sequence() {
    return BigEndian.four(memory, at + 4);
  }

  public int acknowledgement() {
    return BigEndian.four(memory, at + 8);
  }

  /** The eight control bits, see {@link ControlBits}. */
  public int flags() {
    return bits & ControlBits.ALL;
  }

  /** The four bits between the data offset and the control bits, which no simulated end sets. */
  public int reservedBits() {
    return bits >>> 8 & 15;
  }

  public boolean isFin() {
    return (bits & ControlBits.FIN) != 0;
  }

  public boolean isSyn() {
    return (bits & ControlBits.SYN) != 0;
  }

  public boolean isRst() {
    return (bits & ControlBits.RST) != 0;
  }

  public boolean isPsh() {
    return (bits & ControlBits.PSH) != 0;
  }

  public boolean isAck() {
    return (bits & ControlBits.ACK) != 0;
  }

  public boolean isUrg() {
    return (bits & ControlBits.URG) != 0;
  }

  /** The window field, not scaled. */
  public int windowField() {
    return BigEndian.two(memory, at + 14);
  }

  public int urgentPointer() {
    return BigEndian.two(memory, at + 18);
  }

  /** The options, valid until the next {@link #read}. */
  public OptionsReader options() {
    return options;
  }

  public MemorySegment memory() {
    return memory;
  }

  /** Where the payload lies in the memory. */
  public long payloadAt() {
    return at + headerBytes;
  }

  public int payloadLength() {
    return (int) (ip.end() - at) - headerBytes;
  }

  /** The octet at {@code index} of the payload. */
  public byte payload(int index) {
    return (byte) BigEndian.one(memory, payloadAt() + index);
  }

  /** Whether the header checksum of IPv4 is right; true for IPv6. */
  public boolean isIpChecksumRight() {
    return ip.isHeaderRight();
  }

  /** Whether the TCP checksum is right. */
  public boolean isTcpChecksumRight() {
    long sum = ip.pseudoHeader() + OnesComplement.sum(memory, at, (int) (ip.end() - at));
    return OnesComplement.fold(sum) == 0xffff;
  }
}
