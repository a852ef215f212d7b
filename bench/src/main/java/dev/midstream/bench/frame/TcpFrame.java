package dev.midstream.bench.frame;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * One segment in native memory, Ethernet and IPv4 or IPv6 with timestamps, which is sent many times
 * with other numbers. {@link #stamp} writes every field that a box may have changed.
 */
public final class TcpFrame {
  private static final int IP_AT = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int PROTOCOL_TCP = 6;
  private static final int HOP_LIMIT = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final byte[] SYN_OPTIONS = {
    2, 4, 0x05, (byte) 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7
  };
  private static final byte[] SYN_OPTIONS_WITHOUT_SACK = {
    2, 4, 0x05, (byte) 0xb4, 1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7
  };
  private static final byte NOP = 1;
  private static final byte SACK = 5;

  /** Two octets of padding, kind and length before the edges. */
  private static final int SACK_AT = 4;

  private static final byte[] OPTIONS = {1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0};

  private final MemorySegment memory;
  private final Packet packet = new Packet();
  private final Leg leg;
  private final int tcpAt;
  private final ChecksumState checksumState;
  private final int dataOffset;
  private final int timestampsAt;
  private final int segmentLength;
  private final long bodySum;
  private long pseudoHeaderSum;
  private long restSum;

  private TcpFrame(
      Endpoints endpoints,
      Leg leg,
      byte[] options,
      int timestamps,
      byte[] payload,
      ChecksumState state) {
    tcpAt = IP_AT + (endpoints.isIpv6() ? IPV6_BYTES : IPV4_BYTES);
    int optionsAt = tcpAt + TCP_BYTES;
    int headerLength = optionsAt + options.length;
    memory = Arena.ofAuto().allocate(headerLength + (long) payload.length, Long.BYTES);
    this.leg = leg;
    checksumState = state;
    dataOffset = ((TCP_BYTES + options.length) / 4) << 12;
    timestampsAt = optionsAt + timestamps;
    putOctets(options, optionsAt);
    putOctets(payload, headerLength);
    segmentLength = (int) memory.byteSize() - tcpAt;
    bodySum = InternetChecksum.sum(memory, tcpAt, segmentLength);
    putEndpoints(endpoints);
  }

  /** A SYN of the client of {@code endpoints}, with an MSS of 1,460 and a window scale of 7. */
  public static TcpFrame syn(Endpoints endpoints, Leg leg) {
    return new TcpFrame(endpoints, leg, SYN_OPTIONS, 8, new byte[0], ChecksumState.COMPLETE);
  }

  /** The same without SACK. */
  public static TcpFrame synWithoutSack(Endpoints endpoints, Leg leg) {
    byte[] options = SYN_OPTIONS_WITHOUT_SACK;
    return new TcpFrame(endpoints, leg, options, 8, new byte[0], ChecksumState.COMPLETE);
  }

  /** A data segment of the client of {@code endpoints}. */
  public static TcpFrame segment(
      Endpoints endpoints, Leg leg, byte[] payload, ChecksumState state) {
    return new TcpFrame(endpoints, leg, OPTIONS, 4, payload, state);
  }

  /**
   * An acknowledgement of the client of {@code endpoints} that reports by SACK.
   *
   * @param edges left and right edge of each of at most three blocks, as sequence numbers
   */
  public static TcpFrame sack(Endpoints endpoints, Leg leg, int... edges) {
    ByteBuffer options =
        ByteBuffer.allocate(OPTIONS.length + SACK_AT + Integer.BYTES * edges.length);
    options.put(OPTIONS).put(NOP).put(NOP).put(SACK).put((byte) (2 + Integer.BYTES * edges.length));
    for (int edge : edges) {
      options.putInt(edge);
    }
    return new TcpFrame(endpoints, leg, options.array(), 4, new byte[0], ChecksumState.PARTIAL);
  }

  /** This frame, from now on from the client of {@code endpoints}, which speak the same IP. */
  public TcpFrame between(Endpoints endpoints) {
    putEndpoints(endpoints);
    return this;
  }

  /** The octets of payload of such a packet, which may have other options. */
  public static int payloadLength(Packet packet) {
    boolean isIpv6 = octet(packet.memory(), packet.offset() + IP_AT) >>> 4 == 6;
    int tcpAt = IP_AT + (isIpv6 ? IPV6_BYTES : IPV4_BYTES);
    int offset = octet(packet.memory(), packet.offset() + tcpAt + 12) >>> 4;
    return packet.length() - tcpAt - 4 * offset;
  }

  /**
   * Writes the numbers of the next transmission; the returned packet is valid until the next call.
   */
  public Packet stamp(
      int sequence, int acknowledgement, int flags, int window, int timestamp, long timeNanos) {
    putFourOctets(memory, tcpAt + 4, sequence);
    putFourOctets(memory, tcpAt + 8, acknowledgement);
    putTwoOctets(memory, tcpAt + 12, dataOffset | flags);
    putTwoOctets(memory, tcpAt + 14, window);
    putFourOctets(memory, timestampsAt, timestamp);
    putFourOctets(memory, timestampsAt + 4, timestamp);
    putTwoOctets(
        memory,
        tcpAt + 16,
        checksumState == ChecksumState.PARTIAL
            ? InternetChecksum.fold(pseudoHeaderSum)
            : InternetChecksum.checksum(
                restSum
                    + Integer.toUnsignedLong(sequence)
                    + Integer.toUnsignedLong(acknowledgement)
                    + (dataOffset | flags)
                    + window
                    + 2 * Integer.toUnsignedLong(timestamp)));
    return packet
        .at(memory, 0, (int) memory.byteSize())
        .from(LinkType.ETHERNET, leg, 0, timeNanos)
        .offload(checksumState, 0);
  }

  private void putEndpoints(Endpoints endpoints) {
    if (endpoints.isIpv6()) {
      writeIpv6Header(endpoints);
    } else {
      writeIpv4Header(endpoints);
    }
    putTwoOctets(memory, tcpAt, endpoints.clientPort());
    putTwoOctets(memory, tcpAt + 2, endpoints.serverPort());
    restSum = pseudoHeaderSum + bodySum + endpoints.clientPort() + endpoints.serverPort();
  }

  private void writeIpv4Header(Endpoints endpoints) {
    putTwoOctets(memory, 12, ETHERTYPE_IPV4);
    putOctet(memory, IP_AT, 0x45);
    putTwoOctets(memory, IP_AT + 2, IPV4_BYTES + segmentLength);
    putTwoOctets(memory, IP_AT + 6, DONT_FRAGMENT);
    putOctet(memory, IP_AT + 8, HOP_LIMIT);
    putOctet(memory, IP_AT + 9, PROTOCOL_TCP);
    putFourOctets(memory, IP_AT + 12, endpoints.clientAddress());
    putFourOctets(memory, IP_AT + 16, endpoints.serverAddress());
    putTwoOctets(memory, IP_AT + 10, 0);
    long sum = InternetChecksum.sum(memory, IP_AT, IPV4_BYTES);
    putTwoOctets(memory, IP_AT + 10, InternetChecksum.checksum(sum));
    pseudoHeaderSum =
        InternetChecksum.tcpPseudoHeader(
            0,
            Integer.toUnsignedLong(endpoints.clientAddress()),
            0,
            Integer.toUnsignedLong(endpoints.serverAddress()),
            segmentLength);
  }

  private void writeIpv6Header(Endpoints endpoints) {
    long client = Endpoints.interfaceOf(endpoints.clientAddress());
    long server = Endpoints.interfaceOf(endpoints.serverAddress());
    putTwoOctets(memory, 12, ETHERTYPE_IPV6);
    putOctet(memory, IP_AT, 0x60);
    putTwoOctets(memory, IP_AT + 4, segmentLength);
    putOctet(memory, IP_AT + 6, PROTOCOL_TCP);
    putOctet(memory, IP_AT + 7, HOP_LIMIT);
    putLong(IP_AT + 8, Endpoints.NETWORK);
    putLong(IP_AT + 16, client);
    putLong(IP_AT + 24, Endpoints.NETWORK);
    putLong(IP_AT + 32, server);
    pseudoHeaderSum =
        InternetChecksum.tcpPseudoHeader(
            Endpoints.NETWORK, client, Endpoints.NETWORK, server, segmentLength);
  }

  private void putLong(int offset, long octets) {
    putFourOctets(memory, offset, (int) (octets >>> 32));
    putFourOctets(memory, offset + 4, (int) octets);
  }

  private void putOctets(byte[] octets, int offset) {
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, offset, octets.length);
  }
}
