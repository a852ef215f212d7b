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
 * One segment in native memory, Ethernet and IPv4 with timestamps, which is sent many times with
 * other numbers. {@link #stamp} writes every field that a box may have changed.
 */
public final class TcpFrame {
  private static final int IP_AT = 14;
  private static final int TCP_AT = 34;
  private static final int OPTIONS_AT = TCP_AT + 20;
  private static final int IPV4_BYTES = 20;
  private static final int ETHERTYPE_IPV4 = 0x0800;
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
    int headerLength = OPTIONS_AT + options.length;
    memory = Arena.ofAuto().allocate(headerLength + (long) payload.length, Long.BYTES);
    this.leg = leg;
    checksumState = state;
    dataOffset = ((20 + options.length) / 4) << 12;
    timestampsAt = OPTIONS_AT + timestamps;
    putOctets(options, OPTIONS_AT);
    putOctets(payload, headerLength);
    segmentLength = (int) memory.byteSize() - TCP_AT;
    bodySum = InternetChecksum.sum(memory, TCP_AT, segmentLength);
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

  /** This frame, from now on from the client of {@code endpoints} to its server. */
  public TcpFrame between(Endpoints endpoints) {
    putEndpoints(endpoints);
    return this;
  }

  /** The octets of payload of such a packet, which may have other options. */
  public static int payloadLength(Packet packet) {
    int offset = octet(packet.memory(), packet.offset() + TCP_AT + 12) >>> 4;
    return packet.length() - TCP_AT - 4 * offset;
  }

  /**
   * Writes the numbers of the next transmission; the returned packet is valid until the next call.
   */
  public Packet stamp(
      int sequence, int acknowledgement, int flags, int window, int timestamp, long timeNanos) {
    putFourOctets(memory, TCP_AT + 4, sequence);
    putFourOctets(memory, TCP_AT + 8, acknowledgement);
    putTwoOctets(memory, TCP_AT + 12, dataOffset | flags);
    putTwoOctets(memory, TCP_AT + 14, window);
    putFourOctets(memory, timestampsAt, timestamp);
    putFourOctets(memory, timestampsAt + 4, timestamp);
    putTwoOctets(
        memory,
        TCP_AT + 16,
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
    writeIpHeader(endpoints);
    putTwoOctets(memory, TCP_AT, endpoints.clientPort());
    putTwoOctets(memory, TCP_AT + 2, endpoints.serverPort());
    pseudoHeaderSum =
        InternetChecksum.tcpPseudoHeader(
            0,
            Integer.toUnsignedLong(endpoints.clientAddress()),
            0,
            Integer.toUnsignedLong(endpoints.serverAddress()),
            segmentLength);
    restSum = pseudoHeaderSum + bodySum + endpoints.clientPort() + endpoints.serverPort();
  }

  private void writeIpHeader(Endpoints endpoints) {
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
  }

  private void putOctets(byte[] octets, int offset) {
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, offset, octets.length);
  }
}
