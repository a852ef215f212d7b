package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameViewLinkTest {
  private static final byte[] IPV4 = ipv4(tcp(NOTHING, counting(10)));
  private static final byte[] IPV6 = ipv6(tcp(NOTHING, counting(10)));
  private static final String COOKED = "0000 0001 0006 020000000001 0000 ";

  private final FrameView view = new FrameView();

  @Test
  void readsPlainEthernet() {
    byte[] frame = join(MACS, hex("0800"), IPV4);
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipOffset()).isEqualTo(14);
    assertThat(view.tcpOffset()).isEqualTo(34);
    assertThat(view.payloadOffset()).isEqualTo(54);
    assertThat(view.payloadLength()).isEqualTo(10);
    assertThat(view.vlanIds()).isZero();
    assertThat(view.frameLength()).isEqualTo(frame.length);
  }

  @ParameterizedTest
  @DisplayName("C-55 one or two VLAN tags are read as part of the key")
  @CsvSource({
    "8100 0064 0800, 18, 100",
    "88a8 2fff 0800, 18, 4095",
    "9100 0000 0800, 18, 0",
    "88a8 0064 8100 e0c8 0800, 22, 409800",
    "8100 0fff 8100 0fff 0800, 22, 16777215",
  })
  void readsVlanTags(String types, int ipOffset, int vlanIds) {
    byte[] frame = join(MACS, hex(types), IPV4);
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipOffset()).isEqualTo(ipOffset);
    assertThat(view.vlanIds()).isEqualTo(vlanIds);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void resetsVlanIdsForNextPacket() {
    view.read(packet(LinkType.ETHERNET, join(MACS, hex("8100 0064 0800"), IPV4)));
    view.read(packet(LinkType.RAW_IP, IPV4));
    assertThat(view.vlanIds()).isZero();
  }

  @ParameterizedTest
  @DisplayName("C-56 packets other than IP after the link header are not parsed")
  @ValueSource(
      strings = {
        "8100 0001 8100 0002 8100 0003 0800", // three tags
        "8864 1100 0001 0000 0021", // PPPoE
        "8847 00001140", // MPLS
        "0806", // ARP
        "0026 4242 03", // 802.3 with LLC
        "8100 0001 0806"
      })
  void rejectsOtherEtherTypes(String types) {
    byte[] frame = join(MACS, hex(types), IPV4);
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  void readsLinuxCookedCaptures() {
    byte[] frame = join(hex(COOKED + "86dd"), IPV6);
    assertThat(view.read(packet(LinkType.LINUX_COOKED, frame))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipOffset()).isEqualTo(16);
    byte[] tagged = join(hex(COOKED + "8100 0007 0800"), IPV4);
    assertThat(view.read(packet(LinkType.LINUX_COOKED, tagged))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipOffset()).isEqualTo(20);
    assertThat(view.vlanIds()).isEqualTo(7);
    byte[] netlink = join(hex(COOKED + "0000"), IPV4);
    assertThat(view.read(packet(LinkType.LINUX_COOKED, netlink))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  void readsLinuxCookedCapturesVersion2() {
    byte[] header = hex("0800 0000 00000003 0001 04 06 020000000001 0000");
    byte[] frame = join(header, IPV4);
    assertThat(view.read(packet(LinkType.LINUX_COOKED_2, frame))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipOffset()).isEqualTo(20);
    assertThat(view.payloadLength()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "02000000, 4",
    "00000002, 4",
    "0a000000, 6",
    "0000000a, 6",
    "18000000, 6",
    "00000018, 6",
    "1c000000, 6",
    "0000001c, 6",
    "1e000000, 6",
    "0000001e, 6",
  })
  void readsLoopbackFamiliesInEitherByteOrder(String family, int version) {
    byte[] frame = join(hex(family), version == 4 ? IPV4 : IPV6);
    assertThat(view.read(packet(LinkType.NULL_LOOPBACK, frame))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipVersion()).isEqualTo(version);
    assertThat(view.ipOffset()).isEqualTo(4);
  }

  @Test
  void readsOpenBsdLoopbackInNetworkByteOrderOnly() {
    byte[] frame = join(hex("00000018"), IPV6);
    assertThat(view.read(packet(LinkType.LOOPBACK, frame))).isEqualTo(FrameKind.TCP);
    byte[] turned = join(hex("18000000"), IPV6);
    assertThat(view.read(packet(LinkType.LOOPBACK, turned))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  void readsVersionOfRawIp() {
    assertThat(view.read(packet(LinkType.RAW_IP, IPV4))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipVersion()).isEqualTo(4);
    assertThat(view.read(packet(LinkType.RAW_IP, IPV6))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipVersion()).isEqualTo(6);
    assertThat(view.read(packet(LinkType.RAW_IP, hex("50")))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  @DisplayName("C-56 an unknown link type is not parsed")
  void rejectsUnknownLinkType() {
    assertThat(view.read(packet(LinkType.OTHER, IPV4))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  void rejectsIpVersionThatContradictsEtherType() {
    byte[] frame = join(MACS, hex("86dd"), IPV4);
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void rejectsTruncatedLinkHeader() {
    byte[] tagged = join(MACS, hex("8100 0064 0800"));
    for (int length = 0; length <= tagged.length; length++) {
      byte[] frame = Arrays.copyOf(tagged, length);
      assertThat(view.read(packet(LinkType.ETHERNET, frame)))
          .as("length=%d", length)
          .isEqualTo(FrameKind.MALFORMED);
    }
    assertThat(view.read(packet(LinkType.LINUX_COOKED, new byte[15])))
        .isEqualTo(FrameKind.MALFORMED);
    assertThat(view.read(packet(LinkType.LINUX_COOKED_2, new byte[19])))
        .isEqualTo(FrameKind.MALFORMED);
    assertThat(view.read(packet(LinkType.NULL_LOOPBACK, new byte[3])))
        .isEqualTo(FrameKind.MALFORMED);
    assertThat(view.read(packet(LinkType.RAW_IP, NOTHING))).isEqualTo(FrameKind.MALFORMED);
  }
}
