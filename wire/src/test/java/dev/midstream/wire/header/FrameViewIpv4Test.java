package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.DESTINATION_4;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.putTcpChecksum;
import static dev.midstream.wire.header.TestFrames.putTwo;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameViewIpv4Test {
  private final FrameView view = new FrameView();

  @Test
  void readsEveryField() {
    assertThat(view.read(ethernet4(ipv4(tcp(NOTHING, counting(10)))))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipVersion()).isEqualTo(4);
    assertThat(view.sourceHigh()).isZero();
    assertThat(view.sourceLow()).isEqualTo(0xc0a80102L);
    assertThat(view.destinationHigh()).isZero();
    assertThat(view.destinationLow()).isEqualTo(0xcb007105L);
    assertThat(view.sourcePort()).isEqualTo(40000);
    assertThat(view.destinationPort()).isEqualTo(80);
    assertThat(view.sequence()).isEqualTo(0x01020304);
    assertThat(view.acknowledgement()).isEqualTo(0x05060708);
    assertThat(view.windowField()).isEqualTo(0x1000);
    assertThat(view.urgentPointer()).isZero();
    assertThat(view.hopLimit()).isEqualTo(64);
    assertThat(view.ipv4Id()).isEqualTo(0x1234);
    assertThat(view.ipv4DontFragment()).isTrue();
    assertThat(view.tcpHeaderLength()).isEqualTo(20);
    assertThat(view.presentPayloadLength()).isEqualTo(10);
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void takesASynWithResetForAReset() {
    byte[] segment = tcp(NOTHING, NOTHING);
    putTwo(segment, 12, 0x5000 | TcpFlags.SYN | TcpFlags.RST);
    view.read(ethernet4(ipv4(segment)));
    assertThat(view.isSyn()).isFalse();
    assertThat(view.isRst()).isTrue();
  }

  @Test
  void distinguishesNineFlags() {
    byte[] segment = tcp(NOTHING, NOTHING);
    for (int bit = 0; bit < 9; bit++) {
      int flag = 1 << bit;
      putTwo(segment, 12, 0x5000 | 0x0e00 | flag); // reserved bits set too
      view.read(ethernet4(ipv4(segment)));
      assertThat(view.flags()).isEqualTo(flag);
      assertThat(view.isFin()).isEqualTo(flag == TcpFlags.FIN);
      assertThat(view.isSyn()).isEqualTo(flag == TcpFlags.SYN);
      assertThat(view.isRst()).isEqualTo(flag == TcpFlags.RST);
      assertThat(view.isPsh()).isEqualTo(flag == TcpFlags.PSH);
      assertThat(view.isAck()).isEqualTo(flag == TcpFlags.ACK);
      assertThat(view.isUrg()).isEqualTo(flag == TcpFlags.URG);
    }
  }

  @Test
  void readsPacketAtAnyOffset() {
    byte[] frame = join(ETHERNET_IPV4, ipv4(tcp(NOTHING, counting(10))));
    byte[] memory = new byte[frame.length + 40];
    Arrays.fill(memory, (byte) 0xa5);
    System.arraycopy(frame, 0, memory, 13, frame.length);
    Packet packet = new Packet().at(MemorySegment.ofArray(memory), 13, frame.length);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadOffset()).isEqualTo(54);
    assertThat(view.sequence()).isEqualTo(0x01020304);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("C-55 padding after a short packet is not payload")
  void excludesPaddingFromPayload() {
    byte[] datagram = ipv4(tcp(NOTHING, NOTHING));
    assertThat(view.read(ethernet4(join(datagram, hex("deadbeefdead"))))).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isZero();
    assertThat(view.presentPayloadLength()).isZero();
    assertThat(view.frameLength()).isEqualTo(54);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void countsPayloadCutBySnapLength() {
    byte[] frame = join(ETHERNET_IPV4, ipv4(tcp(NOTHING, counting(100))));
    Packet packet = packet(LinkType.ETHERNET, Arrays.copyOf(frame, 60)).missing(94);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(100);
    assertThat(view.presentPayloadLength()).isEqualTo(6);
    assertThat(view.frameLength()).isEqualTo(154);
    assertThat(view.isTcpChecksumRight()).isFalse();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  @Test
  void acceptsTruncationOnlyWithinOptions() {
    byte[] frame = join(ETHERNET_IPV4, ipv4(tcp(TestFrames.TIMESTAMPS, counting(9))));
    int headers = 14 + 20 + 32;
    for (int length = 0; length < headers; length++) {
      Packet packet = packet(LinkType.ETHERNET, Arrays.copyOf(frame, length));
      packet.missing(frame.length - length);
      FrameKind expected = length < headers - 12 ? FrameKind.MALFORMED : FrameKind.TCP;
      assertThat(view.read(packet)).as("length=%d", length).isEqualTo(expected);
      if (expected == FrameKind.TCP) {
        assertThat(view.isSegmentPresent()).isFalse();
        assertThat(view.payloadLength()).isEqualTo(9);
        assertThat(view.presentPayloadLength()).isZero();
        assertThat(view.options().hasTimestamps()).isFalse();
        assertThat(view.options().isDamaged()).isEqualTo(length > headers - 10);
      }
    }
    Packet packet = packet(LinkType.ETHERNET, Arrays.copyOf(frame, headers)).missing(9);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.presentPayloadLength()).isZero();
  }

  @Test
  void treatsTotalLengthZeroAsWholeFrame() {
    byte[] datagram = ipv4(tcp(NOTHING, counting(70_000)));
    putTwo(datagram, 2, 0);
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(70_000);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void rejectsInvalidLengths() {
    assertMalformed(0, 0x44, "header length below 20");
    assertMalformed(0, 0x4f, "header length beyond the datagram");
    assertMalformed(3, 19, "total length below the IP header");
    assertMalformed(3, 39, "total length below the TCP header");
    assertMalformed(3, 51, "total length beyond the frame");
    assertMalformed(32, 0x40, "TCP data offset below 20");
    assertMalformed(32, 0x80, "TCP data offset beyond the datagram");
  }

  private void assertMalformed(int place, int value, String what) {
    byte[] datagram = ipv4(tcp(NOTHING, counting(10)));
    datagram[place] = (byte) value;
    assertThat(view.read(ethernet4(datagram))).as(what).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void rejectsHeaderThatExtendsIntoPadding() {
    byte[] datagram = ipv4(tcp(NOTHING, NOTHING));
    datagram[32] = (byte) 0x60; // the four octets of options are padding
    assertThat(view.read(ethernet4(join(datagram, hex("01010101")))))
        .isEqualTo(FrameKind.MALFORMED);
  }

  @ParameterizedTest
  @DisplayName("C-56 protocols other than TCP are not parsed, tunnels included")
  @ValueSource(ints = {0, 1, 4, 17, 41, 47, 50, 51, 115, 132, 255})
  void rejectsOtherProtocols(int protocol) {
    byte[] datagram = ipv4(tcp(NOTHING, counting(10)));
    datagram[9] = (byte) protocol;
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.NOT_OURS);
  }

  @ParameterizedTest
  @DisplayName("C-53 first and later fragments are recognized, the reserved bit is ignored")
  @ValueSource(ints = {0x2000, 0x0001, 0x2001, 0x1fff, 0x6000})
  void recognizesFragments(int field) {
    byte[] datagram = ipv4(tcp(NOTHING, counting(12)));
    putTwo(datagram, 6, field);
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.FRAGMENT);
    assertThat(view.sourceLow()).isEqualTo(0xc0a80102L);
    assertThat(view.destinationLow()).isEqualTo(0xcb007105L);
    assertThat(view.frameLength()).isEqualTo(66);
    putTwo(datagram, 6, 0xc000);
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.TCP);
  }

  @Test
  void recognizesShortLaterFragment() {
    byte[] datagram = Arrays.copyOf(ipv4(tcp(NOTHING, NOTHING)), 21);
    putTwo(datagram, 2, 21);
    putTwo(datagram, 6, 3);
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.FRAGMENT);
  }

  @Test
  void skipsIpOptions() {
    byte[] options = hex("94040000 01010100"); // router alert, padding
    assertThat(view.read(ethernet4(ipv4(options, tcp(NOTHING, counting(10))))))
        .isEqualTo(FrameKind.TCP);
    assertThat(view.tcpOffset()).isEqualTo(42);
    assertThat(view.destinationLow()).isEqualTo(0xcb007105L);
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"01 83 0b 04 0a000001 0a000002", "01 89 0b 08 0a000001 0a000002"})
  void readsFinalDestinationOfActiveSourceRoute(String options) {
    byte[] datagram = ipv4(hex(options), tcp(NOTHING, counting(10)));
    putTcpChecksum(datagram, 32, SOURCE_4, hex("0a000002"));
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.destinationLow()).isEqualTo(0x0a000002L);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "83 07 08 0a000001 00", // completed
        "83 03 04 01 01010101", // no address
        "83 ff 04 0a000001 01", // beyond the header
        "83 01 04 0a000001 01", // length below 2
        "00 83 07 04 0a000001", // after the end of the list
        "01 01 01 01 01 01 01 83" // cut off
      })
  void ignoresCompletedOrMalformedSourceRoute(String options) {
    byte[] datagram = ipv4(hex(options), tcp(NOTHING, counting(10)));
    putTcpChecksum(datagram, 28, SOURCE_4, DESTINATION_4);
    assertThat(view.read(ethernet4(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.destinationLow()).isEqualTo(0xcb007105L);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("C-52 any single flipped bit makes a checksum wrong")
  void detectsEverySingleBitError() {
    byte[] datagram = ipv4(tcp(TestFrames.TIMESTAMPS, counting(13)));
    for (int bit = 8 * 32; bit < 8 * datagram.length; bit++) {
      if (bit / 8 == 32) {
        continue; // the data offset
      }
      byte[] wrong = datagram.clone();
      wrong[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(view.read(ethernet4(wrong))).isEqualTo(FrameKind.TCP);
      assertThat(view.isTcpChecksumRight()).as("bit=%d", bit).isFalse();
    }
    byte[] wrong = datagram.clone();
    wrong[8]--;
    view.read(ethernet4(wrong));
    assertThat(view.isIpv4HeaderChecksumRight()).isFalse();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }
}
