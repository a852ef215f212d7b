package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.DESTINATION_6;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.SOURCE_6;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameViewIpv6Test {
  private static final byte[] SEGMENT = tcp(NOTHING, counting(10));
  private static final byte[] OTHER_ADDRESS = hex("20010db8aaaa00000000000000000077");
  private static final byte[] HOP_BY_HOP = hex("06 00 0104 00000000");
  private static final int TCP_PROTOCOL = 6;

  private final FrameView view = new FrameView();

  @Test
  void readsEveryField() {
    assertThat(view.read(ethernet6(ipv6(SEGMENT)))).isEqualTo(FrameKind.TCP);
    assertThat(view.ipVersion()).isEqualTo(6);
    assertThat(view.sourceHigh()).isEqualTo(0x20010db800000000L);
    assertThat(view.sourceLow()).isEqualTo(2);
    assertThat(view.destinationHigh()).isEqualTo(0x20010db80000ffffL);
    assertThat(view.destinationLow()).isEqualTo(0xfe);
    assertThat(view.tcpOffset()).isEqualTo(54);
    assertThat(view.payloadLength()).isEqualTo(10);
    assertThat(view.hopLimit()).isEqualTo(64);
    assertThat(view.ipv4Id()).isZero();
    assertThat(view.ipv4DontFragment()).isFalse();
    assertThat(view.jumboOffset()).isEqualTo(-1);
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("C-55 extension headers are skipped")
  @CsvSource({
    "0, 06 00 0104 00000000",
    "60, 06 00 0000 0000 0000",
    "43, 06 00 00 00 00000000", // a completed route
    "44, 06 00 0000 12345678", // atomic fragment
    "0, 3c000104000000002b000104000000002c00000000000000 0600000012345678",
  })
  void skipsExtensionHeaders(int first, String headers) {
    byte[] extensions = hex(headers);
    assertThat(view.read(ethernet6(ipv6(first, extensions, SEGMENT)))).isEqualTo(FrameKind.TCP);
    assertThat(view.tcpOffset()).isEqualTo(54 + extensions.length);
    assertThat(view.payloadLength()).isEqualTo(10);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("C-56 other headers are not parsed, tunnels and AH included")
  @ValueSource(ints = {4, 17, 41, 47, 50, 51, 58, 59, 135, 139, 140, 253})
  void rejectsOtherHeaders(int protocol) {
    assertThat(view.read(ethernet6(ipv6(protocol, NOTHING, SEGMENT))))
        .isEqualTo(FrameKind.NOT_OURS);
    byte[] afterHopByHop = HOP_BY_HOP.clone();
    afterHopByHop[0] = (byte) protocol;
    assertThat(view.read(ethernet6(ipv6(0, afterHopByHop, SEGMENT)))).isEqualTo(FrameKind.NOT_OURS);
  }

  @ParameterizedTest
  @DisplayName("C-53 fragments that are not atomic are recognized")
  @CsvSource({"6, 0001", "6, 0008", "6, fff8", "60, 0009", "43, 0001", "0, 0001"})
  void recognizesFragments(int next, String field) {
    byte[] header = join(new byte[] {(byte) next, 0}, hex(field), hex("12345678"));
    assertThat(view.read(ethernet6(ipv6(44, header, SEGMENT)))).isEqualTo(FrameKind.FRAGMENT);
    assertThat(view.sourceLow()).isEqualTo(2);
    assertThat(view.destinationLow()).isEqualTo(0xfe);
    assertThat(view.frameLength()).isEqualTo(14 + 40 + 8 + 30);
  }

  @Test
  void rejectsFragmentOfOtherProtocol() {
    byte[] header = hex("11 00 0001 12345678");
    assertThat(view.read(ethernet6(ipv6(44, header, SEGMENT)))).isEqualTo(FrameKind.NOT_OURS);
  }

  @Test
  void ignoresReservedBitsOfFragmentHeader() {
    byte[] header = hex("06 ff 0006 12345678");
    assertThat(view.read(ethernet6(ipv6(44, header, SEGMENT)))).isEqualTo(FrameKind.TCP);
  }

  @ParameterizedTest
  @CsvSource({
    "00, 1", // the last address is final
    "02, 0", "04, 0", // the first address is final
  })
  void readsFinalDestinationOfRoutingHeader(String type, int place) {
    byte[] first = place == 0 ? OTHER_ADDRESS : SOURCE_6;
    byte[] second = place == 1 ? OTHER_ADDRESS : SOURCE_6;
    byte[] header = join(hex("06 04 " + type + " 01 00000000"), first, second);
    byte[] datagram = ipv6(43, header, SEGMENT);
    putTcpChecksum(datagram, 80, SOURCE_6, OTHER_ADDRESS);
    assertThat(view.read(ethernet6(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.destinationHigh()).isEqualTo(0x20010db8aaaa0000L);
    assertThat(view.destinationLow()).isEqualTo(0x77);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void rejectsRoutingHeaderWithUnknownDestination() {
    byte[] compressed = join(hex("06 02 03 01 00000000"), OTHER_ADDRESS);
    assertThat(view.read(ethernet6(ipv6(43, compressed, SEGMENT)))).isEqualTo(FrameKind.NOT_OURS);
    byte[] empty = hex("06 00 00 01 00000000");
    assertThat(view.read(ethernet6(ipv6(43, empty, SEGMENT)))).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void readsHomeAddressAsSource() {
    byte[] header = join(hex("06 02 0102 0000 c910"), OTHER_ADDRESS);
    byte[] datagram = ipv6(60, header, SEGMENT);
    putTcpChecksum(datagram, 64, OTHER_ADDRESS, DESTINATION_6);
    assertThat(view.read(ethernet6(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.sourceHigh()).isEqualTo(0x20010db8aaaa0000L);
    assertThat(view.sourceLow()).isEqualTo(0x77);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void ignoresHomeAddressOfWrongLength() {
    byte[] datagram = ipv6(60, hex("06 00 c904 00000000"), SEGMENT);
    assertThat(view.read(ethernet6(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.sourceLow()).isEqualTo(2);
    byte[] beyond = ipv6(60, hex("06 00 c910 00000000"), SEGMENT);
    assertThat(view.read(ethernet6(beyond))).isEqualTo(FrameKind.TCP);
    assertThat(view.sourceLow()).isEqualTo(2);
  }

  @Test
  void readsLengthOfJumbogram() {
    byte[] jumbo = hex("06 00 c204 00000000");
    byte[] datagram = ipv6(0, jumbo, tcp(NOTHING, counting(80_000)));
    putTwo(datagram, 4, 0);
    putTwo(datagram, 44, 80_028 >>> 16);
    putTwo(datagram, 46, 80_028);
    assertThat(view.read(ethernet6(join(datagram, hex("eeeeeeee"))))).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(80_000);
    assertThat(view.frameLength()).isEqualTo(14 + datagram.length);
    assertThat(view.jumboOffset()).isEqualTo(14 + 42);
    assertThat(view.isTcpChecksumRight()).isTrue();
    view.read(ethernet6(ipv6(SEGMENT)));
    assertThat(view.jumboOffset()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0000ffff", // too short for a jumbogram
    "0, 00012345", // beyond the frame
    "0, ffffffff",
    "0, 80000000",
    "38, 00010000", // with a payload length
  })
  void rejectsInvalidJumboLengths(int payloadLength, String length) {
    byte[] datagram = ipv6(0, hex("06 00 c204 " + length), SEGMENT);
    putTwo(datagram, 4, payloadLength);
    assertThat(view.read(ethernet6(datagram))).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void treatsPayloadLengthZeroAsWholeFrame() {
    byte[] datagram = ipv6(tcp(NOTHING, counting(70_000)));
    putTwo(datagram, 4, 0);
    assertThat(view.read(ethernet6(datagram))).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(70_000);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void rejectsInvalidLengths() {
    byte[] tooLong = ipv6(SEGMENT);
    putTwo(tooLong, 4, SEGMENT.length + 1);
    assertThat(view.read(ethernet6(tooLong))).isEqualTo(FrameKind.MALFORMED);
    byte[] tooShort = ipv6(SEGMENT);
    putTwo(tooShort, 4, 19);
    assertThat(view.read(ethernet6(tooShort))).isEqualTo(FrameKind.MALFORMED);
    byte[] beyond = ipv6(0, hex("06 09 0104 00000000"), SEGMENT);
    assertThat(view.read(ethernet6(beyond))).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void rejectsHeaderTruncatedBeforeOptions() {
    byte[] datagram = ipv6(0, HOP_BY_HOP, tcp(TestFrames.TIMESTAMPS, NOTHING));
    for (int length = 0; length < datagram.length - 12; length++) {
      Packet packet = ethernet6(Arrays.copyOf(datagram, length));
      packet.missing(datagram.length - length);
      assertThat(view.read(packet)).as("length=%d", length).isEqualTo(FrameKind.MALFORMED);
    }
  }

  @Test
  void toleratesMaximumMissingBytes() {
    Packet packet = ethernet6(ipv6(SEGMENT)).missing(Integer.MAX_VALUE);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(10);
  }

  @Test
  void rejectsLateHopByHopHeader() {
    byte[] late = join(hex("00 00 0104 00000000"), HOP_BY_HOP);
    assertThat(view.read(ethernet6(ipv6(60, late, SEGMENT)))).isEqualTo(FrameKind.MALFORMED);
  }

  @Test
  void limitsExtensionHeadersToSixteen() {
    assertThat(view.read(ethernet6(ipv6(60, chain(16), SEGMENT)))).isEqualTo(FrameKind.TCP);
    assertThat(view.read(ethernet6(ipv6(60, chain(17), SEGMENT)))).isEqualTo(FrameKind.MALFORMED);
  }

  private static byte[] chain(int headers) {
    byte[] all = NOTHING;
    for (int i = 0; i < headers; i++) {
      byte[] header = hex("3c 00 0104 00000000");
      header[0] = (byte) (i == headers - 1 ? TCP_PROTOCOL : 60);
      all = join(all, header);
    }
    return all;
  }

  @Test
  void rejectsTruncatedIpv6Header() {
    Packet packet = new Packet().at(MemorySegment.ofArray(new byte[] {0x60}), 0, 1);
    packet.from(LinkType.RAW_IP, packet.leg(), 0, 0);
    assertThat(view.read(packet)).isEqualTo(FrameKind.MALFORMED);
  }
}
