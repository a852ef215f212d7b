package dev.midstream.wire.segment;

import static dev.midstream.wire.header.TestFrames.DESTINATION_4;
import static dev.midstream.wire.header.TestFrames.DESTINATION_6;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
import static dev.midstream.wire.header.TestFrames.SOURCE_6;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.TcpPacket.TcpHeader;

/** Reads the builder's segments with pcap4j. */
class SegmentBuilderPcap4jTest {
  private static final int ROUNDS = 3_000;
  private static final String TIMESTAMPS = "0101080a1112131421222324";

  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  @Test
  void pcap4jReadsTheSameIpv4Segment() throws Exception {
    capture(ethernet4(ipv4(tcp(hex(TIMESTAMPS), new byte[3]))));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String where = "new Random(%dL), round %d".formatted(seed, round);
      Expected expected = Expected.any(random);
      int id = random.nextInt(0x10000);
      byte[] frame = octets(expected.build(builder.from(template).ipv4Id(id)));
      IpV4Packet ip = EthernetPacket.newPacket(frame, 0, frame.length).get(IpV4Packet.class);
      assertThat(ip.getHeader().hasValidChecksum(false)).as(where).isTrue();
      assertThat(ip.getHeader().getTotalLengthAsInt()).as(where).isEqualTo(frame.length - 14);
      assertThat(ip.getHeader().getIdentificationAsInt()).as(where).isEqualTo(id);
      assertThat(ip.getHeader().getTtlAsInt()).as(where).isEqualTo(expected.hopLimit());
      TcpPacket segment = ip.get(TcpPacket.class);
      assertThat(
              segment.hasValidChecksum(
                  InetAddress.getByAddress(SOURCE_4),
                  InetAddress.getByAddress(DESTINATION_4),
                  false))
          .as(where)
          .isTrue();
      expected.compare(segment, where);
    }
  }

  @Test
  void pcap4jReadsTheSameIpv6Segment() throws Exception {
    capture(ethernet6(ipv6(0, hex("0600010400000000"), tcp(hex(TIMESTAMPS), new byte[3]))));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String where = "new Random(%dL), round %d".formatted(seed, round);
      Expected expected = Expected.any(random);
      byte[] frame = octets(expected.build(builder.from(template)));
      IpV6Packet ip = EthernetPacket.newPacket(frame, 0, frame.length).get(IpV6Packet.class);
      assertThat(ip.getHeader().getPayloadLengthAsInt()).as(where).isEqualTo(frame.length - 54);
      assertThat(ip.getHeader().getHopLimitAsInt()).as(where).isEqualTo(expected.hopLimit());
      TcpPacket segment = ip.get(TcpPacket.class);
      assertThat(
              segment.hasValidChecksum(
                  InetAddress.getByAddress(SOURCE_6),
                  InetAddress.getByAddress(DESTINATION_6),
                  false))
          .as(where)
          .isTrue();
      expected.compare(segment, where);
    }
  }

  private void capture(Packet packet) {
    FrameView view = new FrameView();
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(template.capture(view)).isTrue();
  }

  private record Expected(
      int sequence,
      int acknowledgement,
      int flags,
      int window,
      int hopLimit,
      MemorySegment payload) {

    static Expected any(Random random) {
      byte[] payload = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 60_000 : 1_500)];
      random.nextBytes(payload);
      return new Expected(
          random.nextInt(),
          random.nextInt(),
          random.nextInt(64),
          random.nextInt(0x10000),
          1 + random.nextInt(255),
          MemorySegment.ofArray(payload));
    }

    Packet build(SegmentBuilder builder) {
      int[] edges = {sequence, acknowledgement, 5, 6, 7, 8};
      return builder
          .sequence(sequence)
          .acknowledgement(acknowledgement)
          .flags(flags)
          .window(window)
          .hopLimit(hopLimit)
          .timestamps(acknowledgement, sequence)
          .sackBlocks(edges, window & 3)
          .payload(payload, 0, (int) payload.byteSize())
          .build(0);
    }

    void compare(TcpPacket segment, String where) {
      TcpHeader header = segment.getHeader();
      assertThat(header.getSrcPort().valueAsInt()).as(where).isEqualTo(40_000);
      assertThat(header.getDstPort().valueAsInt()).as(where).isEqualTo(80);
      assertThat(header.getSequenceNumber()).as(where).isEqualTo(sequence);
      assertThat(header.getAcknowledgmentNumber()).as(where).isEqualTo(acknowledgement);
      assertThat(header.getWindowAsInt()).as(where).isEqualTo(window);
      assertThat(flagsOf(header)).as(where).isEqualTo(flags);
      int blocks = window & 3;
      assertThat(header.length()).as(where).isEqualTo(blocks == 0 ? 32 : 36 + 8 * blocks);
      assertThat(Objects.requireNonNull(segment.getPayload()).getRawData())
          .as(where)
          .isEqualTo(payload.toArray(ValueLayout.JAVA_BYTE));
    }

    private static int flagsOf(TcpHeader header) {
      return (header.getFin() ? 1 : 0)
          | (header.getSyn() ? 2 : 0)
          | (header.getRst() ? 4 : 0)
          | (header.getPsh() ? 8 : 0)
          | (header.getAck() ? 16 : 0)
          | (header.getUrg() ? 32 : 0);
    }
  }
}
