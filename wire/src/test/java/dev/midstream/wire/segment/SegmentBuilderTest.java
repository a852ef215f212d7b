package dev.midstream.wire.segment;

import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV6;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.TestFrames;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SegmentBuilderTest {
  private static final MemoryOwner OWNER =
      new MemoryOwner() {
        @Override
        public void retain() {
          throw new AssertionError("the builder must not retain");
        }

        @Override
        public void release() {
          throw new AssertionError("the builder must not release");
        }
      };

  private final HeaderEditor editor = new HeaderEditor();
  private final FrameView view = new FrameView();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  private void capture(Packet packet) {
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(template.capture(view)).isTrue();
  }

  private void read(Packet packet) {
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(view.frameLength()).isEqualTo(packet.length());
  }

  private SegmentBuilder payload(byte[] octets) {
    return builder.payload(MemorySegment.ofArray(octets), 0, octets.length);
  }

  @Test
  void rebuildsUnchangedSegment() {
    byte[] frame = join(ETHERNET_IPV4, ipv4(tcp(TIMESTAMPS, counting(77))));
    capture(TestFrames.packet(LinkType.ETHERNET, frame));
    builder.from(template);
    assertThat(octets(payload(counting(77)).build(0))).isEqualTo(frame);
    byte[] frame6 = join(ETHERNET_IPV6, ipv6(tcp(TIMESTAMPS, counting(77))));
    capture(TestFrames.packet(LinkType.ETHERNET, frame6));
    builder.from(template);
    assertThat(octets(payload(counting(77)).build(0))).isEqualTo(frame6);
  }

  @Test
  void leavesChecksumOfUncopiedPayloadToPort() {
    byte[] octets = counting(77);
    capture(ethernet4(ipv4(tcp(TIMESTAMPS, octets))));
    MemorySegment memory = MemorySegment.ofArray(octets);
    Packet packet =
        builder.from(template).payload(OWNER, memory, 0, 7).payload(OWNER, memory, 7, 70).build(0);
    PayloadParts parts = Objects.requireNonNull(packet.parts());
    assertThat(parts.count()).isEqualTo(2);
    assertThat(parts.bytes()).isEqualTo(packet.missingBytes()).isEqualTo(77);
    assertThat(parts.owner(1)).isSameAs(OWNER);
    assertThat(parts.memory(1)).isSameAs(memory);
    assertThat(parts.offset(1)).isEqualTo(7);
    assertThat(parts.length(1)).isEqualTo(70);
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.PARTIAL);
    assertThat(packet.gsoBytes()).isZero();
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(77);
    assertThat(view.presentPayloadLength()).isZero();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(builder.from(template).build(0).parts()).isNull();
  }

  @Test
  void refusesMixOfCopiedAndUncopiedPayload() {
    capture(ethernet4(ipv4(tcp(TIMESTAMPS, NOTHING))));
    builder.from(template).payload(OWNER, MemorySegment.ofArray(counting(7)), 0, 7);
    payload(counting(7));
    assertThatThrownBy(() -> builder.build(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("H-46 hop limit and ECN field of the template can be overridden")
  void overridesHopLimitAndEcnOfTemplate() {
    for (Packet packet :
        new Packet[] {
          ethernet4(ipv4(tcp(NOTHING, NOTHING))), ethernet6(ipv6(tcp(NOTHING, NOTHING)))
        }) {
      capture(packet);
      template.hopLimit(200);
      template.ecn(1);
      builder.from(template);
      read(payload(counting(4)).build(0));
      assertThat(view.hopLimit()).isEqualTo(200);
      assertThat(view.ecn()).isEqualTo(1);
      builder.from(template).ecn(3);
      read(payload(counting(4)).build(0));
      assertThat(view.ecn()).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("H-45 the template reports the DF bit and the identification of its segment")
  void reportsDontFragmentAndIdentification() {
    byte[] packet = ipv4(tcp(NOTHING, NOTHING));
    capture(ethernet4(packet));
    assertThat(template.isIpv4Fragmentable()).isEqualTo((packet[6] & 0x40) == 0);
    packet[4] = 0x12;
    packet[5] = 0x34;
    packet[6] ^= 0x40;
    capture(ethernet4(packet));
    assertThat(template.isIpv4Fragmentable()).isEqualTo((packet[6] & 0x40) == 0);
    assertThat(template.ipv4Id()).isEqualTo(0x1234);
    capture(ethernet6(ipv6(tcp(NOTHING, NOTHING))));
    assertThat(template.isIpv4Fragmentable()).isFalse();
    assertThat(template.ipv4Id()).isZero();
  }

  @Test
  @DisplayName("C-45 a super-segment has a partial checksum, which is right when completed")
  void buildsSuperSegments() {
    for (Packet packet :
        new Packet[] {
          ethernet4(ipv4(tcp(TIMESTAMPS, NOTHING))), ethernet6(ipv6(tcp(TIMESTAMPS, NOTHING)))
        }) {
      capture(packet);
      builder.from(template);
      byte[] whole = octets(payload(counting(77)).build(0));
      builder.from(template).gsoBytes(77);
      assertThat(payload(counting(77)).build(0).gsoBytes()).isZero();
      builder.from(template).gsoBytes(76);
      Packet made = payload(counting(77)).build(0);
      assertThat(made.gsoBytes()).isEqualTo(76);
      assertThat(made.checksumState()).isEqualTo(ChecksumState.PARTIAL);
      view.read(made);
      assertThat(editor.edit(view).completeChecksum()).isTrue();
      assertThat(octets(made)).isEqualTo(whole);
    }
  }

  @Test
  void setsEveryField() {
    capture(ethernet4(ipv4(tcp(TIMESTAMPS, counting(9)))));
    builder.from(template).sequence(-5).acknowledgement(6).flags(TcpFlags.ACK | TcpFlags.URG);
    builder.window(0xfedc).urgentPointer(3).hopLimit(9).timestamps(11, 12).ipv4Id(0xabcd);
    read(payload(counting(4)).build(0));
    assertThat(view.sequence()).isEqualTo(-5);
    assertThat(view.acknowledgement()).isEqualTo(6);
    assertThat(view.flags()).isEqualTo(TcpFlags.ACK | TcpFlags.URG);
    assertThat(view.tcpHeaderLength()).isEqualTo(32);
    assertThat(view.windowField()).isEqualTo(0xfedc);
    assertThat(view.urgentPointer()).isEqualTo(3);
    assertThat(view.hopLimit()).isEqualTo(9);
    assertThat(view.ipv4Id()).isEqualTo(0xabcd);
    assertThat(view.options().timestampValue()).isEqualTo(11);
    assertThat(view.options().timestampEcho()).isEqualTo(12);
    assertThat(view.payloadLength()).isEqualTo(4);
  }

  @Test
  void setsIpv6Fields() {
    byte[] datagram = ipv6(tcp(NOTHING, NOTHING));
    capture(ethernet6(datagram));
    Packet packet = builder.from(template).hopLimit(9).ipv4Id(0xabcd).build(0);
    read(packet);
    assertThat(view.hopLimit()).isEqualTo(9);
    byte[] expected = join(ETHERNET_IPV6, datagram);
    expected[14 + 7] = 9;
    assertThat(octets(packet)).isEqualTo(expected);
  }

  @Test
  void carriesMetadataOfTemplate() {
    Packet cause = TestFrames.packet(LinkType.RAW_IP, ipv4(tcp(NOTHING, NOTHING)));
    cause.from(LinkType.RAW_IP, Leg.OUTSIDE, 5, 123).offload(ChecksumState.PARTIAL, 100);
    capture(cause);
    assertThat(template.leg()).isEqualTo(Leg.OUTSIDE);
    assertThat(template.linkType()).isEqualTo(LinkType.RAW_IP);
    assertThat(template.interfaceId()).isEqualTo(5);
    Packet packet = builder.from(template).build(456);
    assertThat(packet.linkType()).isEqualTo(LinkType.RAW_IP);
    assertThat(packet.leg()).isEqualTo(Leg.OUTSIDE);
    assertThat(packet.interfaceId()).isEqualTo(5);
    assertThat(packet.timeNanos()).isEqualTo(456);
    assertThat(packet.missingBytes()).isZero();
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.COMPLETE);
    assertThat(packet.gsoBytes()).isZero();
    assertThat(builder.from(template).leg(Leg.INSIDE).build(0).leg()).isEqualTo(Leg.INSIDE);
  }

  @Test
  void appendsPayload() {
    capture(ethernet4(ipv4(tcp(NOTHING, counting(1)))));
    MemorySegment memory = MemorySegment.ofArray(counting(100));
    builder.from(template).payload(memory, 10, 3).payload(memory, 50, 0).payload(memory, 20, 4);
    assertThat(builder.payloadLength()).isEqualTo(7);
    Packet packet = builder.build(0);
    read(packet);
    assertThat(octets(packet)).endsWith(10, 11, 12, 20, 21, 22, 23);
    assertThat(builder.from(template).payloadLength()).isZero();
  }

  @Test
  @DisplayName("C-55 VLAN tags, IP options and extension headers are kept")
  void keepsLinkAndExtensionHeaders() {
    byte[] tagged =
        join(
            TestFrames.MACS,
            hex("88a8 0064 8100 e0c8 0800"),
            ipv4(hex("94040000"), tcp(NOTHING, NOTHING)));
    capture(TestFrames.packet(LinkType.ETHERNET, tagged));
    assertThat(octets(builder.from(template).build(0))).isEqualTo(tagged);
    byte[] extensions = hex("2c00 0104 00000000 0600 0000 12345678");
    byte[] frame6 = join(ETHERNET_IPV6, ipv6(0, extensions, tcp(NOTHING, NOTHING)));
    capture(TestFrames.packet(LinkType.ETHERNET, frame6));
    assertThat(octets(builder.from(template).build(0))).isEqualTo(frame6);
    payload(counting(3));
    read(builder.build(0));
    assertThat(view.payloadLength()).isEqualTo(3);
  }

  @Test
  void padsJumboOption() {
    byte[] datagram = ipv6(0, hex("0600 c204 00000000"), tcp(NOTHING, counting(70_000)));
    TestFrames.putTwo(datagram, 4, 0);
    TestFrames.putTwo(datagram, 44, 70_028 >>> 16);
    TestFrames.putTwo(datagram, 46, 70_028);
    capture(ethernet6(datagram));
    builder.from(template);
    Packet packet = payload(counting(1000)).build(0);
    read(packet);
    assertThat(view.jumboOffset()).isEqualTo(-1);
    assertThat(view.payloadLength()).isEqualTo(1000);
    assertThat(Arrays.copyOfRange(octets(packet), 54, 62)).isEqualTo(hex("0600 0104 00000000"));
  }

  @Test
  void buildsLargestSegments() {
    capture(ethernet4(ipv4(tcp(NOTHING, NOTHING))));
    builder.from(template);
    read(payload(counting(65_535 - 40)).build(0));
    assertThat(view.payloadLength()).isEqualTo(65_495);
    builder.from(template);
    payload(counting(65_535 - 39));
    assertThatThrownBy(() -> builder.build(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("segment is too long: bytes=65536");
    capture(ethernet6(ipv6(tcp(NOTHING, NOTHING))));
    builder.from(template);
    read(payload(counting(65_535 - 20)).build(0));
    assertThat(view.payloadLength()).isEqualTo(65_515);
    builder.from(template);
    payload(counting(65_535 - 19));
    assertThatThrownBy(() -> builder.build(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesPayloadBeyondScratchMemory() {
    capture(ethernet4(ipv4(tcp(NOTHING, NOTHING))));
    builder.from(template);
    payload(counting(65_536));
    assertThatThrownBy(() -> payload(counting(1))).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(builder.payloadLength()).isEqualTo(65_536);
  }

  @Test
  void usesGivenScratchMemory() {
    byte[] memory = new byte[SegmentBuilder.SCRATCH_BYTES];
    SegmentBuilder own = new SegmentBuilder(MemorySegment.ofArray(memory));
    capture(ethernet4(ipv4(tcp(NOTHING, NOTHING))));
    read(own.from(template).payload(MemorySegment.ofArray(counting(5)), 0, 5).build(0));
    MemorySegment tooSmall = MemorySegment.ofArray(new byte[SegmentBuilder.SCRATCH_BYTES - 1]);
    assertThatThrownBy(() -> new SegmentBuilder(tooSmall))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesEmptyTemplate() {
    assertThat(template.isEmpty()).isTrue();
    assertThatThrownBy(() -> builder.from(template)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesTooLongHeadersAndKeepsTemplate() {
    capture(ethernet4(ipv4(tcp(NOTHING, NOTHING))));
    byte[] longest = options(256 - 14 - 40 - 20);
    assertThat(
            view.read(TestFrames.packet(LinkType.RAW_IP, ipv6(60, longest, tcp(NOTHING, NOTHING)))))
        .isEqualTo(FrameKind.TCP);
    assertThat(view.payloadOffset()).isLessThanOrEqualTo(HeaderTemplate.HEADER_BYTES);
    byte[] tooLong = options(208);
    view.read(ethernet6(ipv6(60, tooLong, tcp(NOTHING, NOTHING))));
    assertThat(template.capture(view)).isFalse();
    assertThat(template.length()).isEqualTo(54);
    read(builder.from(template).build(0));
  }

  @Test
  void capturesHeadersAtLimit() {
    byte[] extensions = options(176);
    byte[] datagram = ipv6(60, extensions, tcp(hex("01".repeat(20)), NOTHING));
    assertThat(datagram).hasSize(HeaderTemplate.HEADER_BYTES);
    capture(TestFrames.packet(LinkType.RAW_IP, datagram));
    assertThat(octets(builder.from(template).build(0))).isEqualTo(datagram);
    int[] edges = {1, 2, 3, 4, 5, 6, 7, 8};
    read(builder.from(template).sackBlocks(edges, 4).build(0));
    assertThat(view.options().sackBlocks()).isEqualTo(2); // 20 octets of room
    assertThat(view.payloadOffset()).isEqualTo(HeaderTemplate.HEADER_BYTES);
  }

  /** A destination options header of {@code length} octets, all padding. */
  private static byte[] options(int length) {
    byte[] header = new byte[length / 8 * 8];
    header[0] = 6;
    header[1] = (byte) (header.length / 8 - 1);
    return header;
  }
}
