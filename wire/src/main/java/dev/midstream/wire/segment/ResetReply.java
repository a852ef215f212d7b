package dev.midstream.wire.segment;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Builds the RST with which a closed port replies to a segment (RFC 9293 section 3.10.7.1), and the
 * segment that asks its sender for its numbers. Reusable, not thread-safe.
 */
public final class ResetReply {
  private static final int MAC_BYTES = 6;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int TIMESTAMPS_BYTES = 12;

  /** Two octets of padding, and the kind and length of timestamps. */
  private static final int TIMESTAMPS_START = 0x0101080a;

  private static final int TCP_PROTOCOL = 6;
  private static final int HOP_LIMIT = 64;

  private final MemorySegment memory =
      Arena.ofAuto().allocate(HeaderTemplate.HEADER_BYTES, Long.BYTES);
  private final Packet packet = new Packet();

  /** The reply to the segment that {@code view} has read, valid until the next call. */
  public Packet to(FrameView view) {
    int at = writeNetwork(view, TCP_BYTES);
    if (view.isAck()) {
      writeTcp(at, view, view.acknowledgement(), 0, TcpFlags.RST);
    } else {
      writeTcp(at, view, 0, endOf(view), TcpFlags.RST | TcpFlags.ACK);
    }
    return packet(view, at, TCP_BYTES);
  }

  /**
   * An empty segment before those that the sender of the one in {@code view}, an acknowledgement,
   * expects; valid until the next call. An open connection replies with an acknowledgement (section
   * 3.10.7.4), a closed one with a RST.
   */
  public Packet questionTo(FrameView view) {
    int at = writeNetwork(view, TCP_BYTES);
    writeTcp(at, view, view.acknowledgement() - 1, endOf(view), TcpFlags.ACK);
    return packet(view, at, TCP_BYTES);
  }

  /**
   * The same with the newest timestamps that the sender of the segment has seen, which has some: an
   * end may drop segments without (RFC 7323 section 3.2). Another one drops this question, if it
   * has seen newer ones since: Linux answers no old acknowledgement that fails PAWS.
   */
  public Packet timestampedQuestionTo(FrameView view) {
    int bytes = TCP_BYTES + TIMESTAMPS_BYTES;
    int at = writeNetwork(view, bytes);
    putFourOctets(memory, at + TCP_BYTES, TIMESTAMPS_START);
    putFourOctets(memory, at + TCP_BYTES + 4, view.options().timestampEcho());
    putFourOctets(memory, at + TCP_BYTES + 8, view.options().timestampValue());
    writeTcp(at, view, view.acknowledgement() - 1, endOf(view), TcpFlags.ACK, bytes);
    return packet(view, at, bytes);
  }

  private static int endOf(FrameView view) {
    int control = (view.isSyn() ? 1 : 0) + (view.isFin() ? 1 : 0);
    return view.sequence() + view.payloadLength() + control;
  }

  /** Writes the headers before that of TCP; returns where they end. */
  private int writeNetwork(FrameView view, int tcpBytes) {
    Packet cause = view.packet();
    int ipAt = view.ipOffset();
    copyLink(cause, ipAt);
    if (view.ipVersion() == 4) {
      writeIpv4(ipAt, view, tcpBytes);
      return ipAt + IPV4_BYTES;
    }
    writeIpv6(ipAt, view, tcpBytes);
    return ipAt + IPV6_BYTES;
  }

  private Packet packet(FrameView view, int tcpAt, int tcpBytes) {
    Packet cause = view.packet();
    return packet
        .at(memory, 0, tcpAt + tcpBytes)
        .from(cause.linkType(), cause.leg(), cause.interfaceId(), cause.timeNanos())
        .offload(ChecksumState.COMPLETE, 0);
  }

  private void copyLink(Packet cause, int length) {
    MemorySegment.copy(cause.memory(), cause.offset(), memory, 0, length);
    if (cause.linkType() == LinkType.ETHERNET) {
      MemorySegment.copy(cause.memory(), cause.offset(), memory, MAC_BYTES, MAC_BYTES);
      MemorySegment.copy(cause.memory(), cause.offset() + MAC_BYTES, memory, 0, MAC_BYTES);
    }
  }

  private void writeIpv4(int at, FrameView view, int tcpBytes) {
    memory.asSlice(at, IPV4_BYTES).fill((byte) 0);
    putOctet(memory, at, 0x45);
    putTwoOctets(memory, at + 2, IPV4_BYTES + tcpBytes);
    putTwoOctets(memory, at + 6, 0x4000);
    putOctet(memory, at + 8, HOP_LIMIT);
    putOctet(memory, at + 9, TCP_PROTOCOL);
    putFourOctets(memory, at + 12, (int) view.destinationLow());
    putFourOctets(memory, at + 16, (int) view.sourceLow());
    long sum = InternetChecksum.sum(memory, at, IPV4_BYTES);
    putTwoOctets(memory, at + 10, InternetChecksum.checksum(sum));
  }

  private void writeIpv6(int at, FrameView view, int tcpBytes) {
    putFourOctets(memory, at, 0x60000000);
    putTwoOctets(memory, at + 4, tcpBytes);
    putOctet(memory, at + 6, TCP_PROTOCOL);
    putOctet(memory, at + 7, HOP_LIMIT);
    putAddress(at + 8, view.destinationHigh(), view.destinationLow());
    putAddress(at + 24, view.sourceHigh(), view.sourceLow());
  }

  private void putAddress(int at, long high, long low) {
    putFourOctets(memory, at, (int) (high >>> 32));
    putFourOctets(memory, at + 4, (int) high);
    putFourOctets(memory, at + 8, (int) (low >>> 32));
    putFourOctets(memory, at + 12, (int) low);
  }

  private void writeTcp(int at, FrameView view, int sequence, int acknowledgement, int flags) {
    writeTcp(at, view, sequence, acknowledgement, flags, TCP_BYTES);
  }

  /** Writes the TCP header of {@code bytes} octets; its options are written. */
  private void writeTcp(
      int at, FrameView view, int sequence, int acknowledgement, int flags, int bytes) {
    memory.asSlice(at, TCP_BYTES).fill((byte) 0);
    putTwoOctets(memory, at, view.destinationPort());
    putTwoOctets(memory, at + 2, view.sourcePort());
    putFourOctets(memory, at + 4, sequence);
    putFourOctets(memory, at + 8, acknowledgement);
    putTwoOctets(memory, at + 12, ((bytes / 4) << 12) | flags);
    long sum =
        InternetChecksum.tcpPseudoHeader(
                /* sourceHigh= */ view.destinationHigh(),
                /* sourceLow= */ view.destinationLow(),
                /* destinationHigh= */ view.sourceHigh(),
                /* destinationLow= */ view.sourceLow(),
                bytes)
            + InternetChecksum.sum(memory, at, bytes);
    putTwoOctets(memory, at + 16, InternetChecksum.checksum(sum));
  }
}
