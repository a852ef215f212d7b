package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV6;
import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
import static dev.midstream.wire.header.TestFrames.SOURCE_6;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.putTwo;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.checksum.NaiveChecksum;
import dev.midstream.wire.packet.LinkType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IcmpViewTest {
  private static final int ROUNDS = 100_000;
  private static final byte[] SEGMENT_4 = ipv4(tcp(TIMESTAMPS, counting(33)));
  private static final byte[] SEGMENT_6 = ipv6(tcp(TIMESTAMPS, counting(33)));

  private final IcmpView view = new IcmpView();

  /** An IPv4 error of that type and code, sent to the sender of {@code quote}. */
  static byte[] error4(int type, int code, int word, byte[] quote) {
    byte[] header = hex("4500 0000 7777 0000 4001 0000");
    byte[] icmp = join(new byte[8], quote);
    icmp[0] = (byte) type;
    icmp[1] = (byte) code;
    putTwo(icmp, 4, word >>> 16);
    putTwo(icmp, 6, word);
    putTwo(icmp, 2, NaiveChecksum.checksum(icmp, 0, icmp.length));
    byte[] datagram = join(header, hex("c6336401"), SOURCE_4, icmp);
    putTwo(datagram, 2, datagram.length);
    putTwo(datagram, 10, NaiveChecksum.checksum(datagram, 0, 20));
    return datagram;
  }

  /** The same over IPv6. */
  static byte[] error6(int type, int code, int word, byte[] quote) {
    byte[] router = hex("20010db8000000000000000000000099");
    byte[] icmp = join(new byte[8], quote);
    icmp[0] = (byte) type;
    icmp[1] = (byte) code;
    putTwo(icmp, 4, word >>> 16);
    putTwo(icmp, 6, word);
    byte[] pseudo = join(router, SOURCE_6, new byte[] {0, 0, 0, 0, 0, 0, 0, 58}, icmp);
    putTwo(pseudo, 34, icmp.length);
    putTwo(icmp, 2, NaiveChecksum.checksum(pseudo, 0, pseudo.length));
    byte[] datagram = join(hex("60000000 0000 3a40"), router, SOURCE_6, icmp);
    putTwo(datagram, 4, icmp.length);
    return datagram;
  }

  @Test
  @DisplayName("C-44 RFC 1191 an IPv4 error reports the quoted segment and the MTU of the link")
  void readsIpv4Errors() {
    byte[] frame = join(MACS, hex("8100 0007 0800"), error4(3, 4, 1_400, SEGMENT_4));
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isTrue();
    assertThat(view.ipVersion()).isEqualTo(4);
    assertThat(view.vlanIds()).isEqualTo(7);
    assertThat(view.isTooBig()).isTrue();
    assertThat(view.linkBytes()).isEqualTo(1_400);
    assertThat(view.quotedPacketLength()).isEqualTo(SEGMENT_4.length);
    assertThat(view.sourceLow()).isEqualTo(0xc0a8_0102L);
    assertThat(view.destinationLow()).isEqualTo(0xcb00_7105L);
    assertThat(view.sourcePort()).isEqualTo(40_000);
    assertThat(view.destinationPort()).isEqualTo(80);
    assertThat(view.sequence()).isEqualTo(0x0102_0304);
    assertThat(view.hasAcknowledgement()).isTrue();
    assertThat(view.acknowledgement()).isEqualTo(0x0506_0708);
    assertThat(view.isChecksumRight()).isTrue();
    frame[frame.length - 1] ^= 1;
    assertThat(view.isChecksumRight()).isFalse();
  }

  @Test
  @DisplayName("C-44 RFC 4443 an IPv6 error reports the quoted segment and the MTU of the link")
  void readsIpv6Errors() {
    byte[] quote = ipv6(0, hex("0600010400000000"), tcp(NOTHING, counting(9)));
    byte[] frame = join(ETHERNET_IPV6, error6(2, 0, 1_280, quote));
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isTrue();
    assertThat(view.isTooBig()).isTrue();
    assertThat(view.linkBytes()).isEqualTo(1_280);
    assertThat(view.sourceLow()).isEqualTo(2);
    assertThat(view.destinationLow()).isEqualTo(0xfe);
    assertThat(view.sequence()).isEqualTo(0x0102_0304);
    assertThat(view.isChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("C-44 a quote of 8 octets is enough; a shorter one or a later fragment is not")
  void readsShortQuotes() {
    for (int length : new int[] {28, 27, 20, 1}) {
      byte[] quote = Arrays.copyOf(SEGMENT_4, length);
      assertThat(view.read(packet(LinkType.RAW_IP, error4(11, 0, 0, quote))))
          .as("length %d", length)
          .isEqualTo(length == 28);
    }
    byte[] quote = Arrays.copyOf(SEGMENT_4, 28);
    view.read(packet(LinkType.RAW_IP, error4(11, 0, 0, quote)));
    assertThat(view.hasAcknowledgement()).isFalse();
    assertThat(view.isTooBig()).isFalse();
    quote[6] = 0x20;
    assertThat(view.read(packet(LinkType.RAW_IP, error4(11, 1, 0, quote)))).isTrue();
    quote[7] = 1;
    assertThat(view.read(packet(LinkType.RAW_IP, error4(11, 1, 0, quote)))).isFalse();
    quote[7] = 0;
    quote[9] = 17;
    assertThat(view.read(packet(LinkType.RAW_IP, error4(11, 1, 0, quote)))).isFalse();
  }

  @Test
  @DisplayName("C-44 echoes, and errors that are fragmented or truncated, are not read")
  void rejectsOtherMessages() {
    assertThat(view.read(packet(LinkType.RAW_IP, error4(8, 0, 0, SEGMENT_4)))).isFalse();
    assertThat(view.read(packet(LinkType.RAW_IP, error6(128, 0, 0, SEGMENT_6)))).isFalse();
    byte[] fragment = error4(3, 3, 0, SEGMENT_4);
    fragment[6] = 0x20;
    assertThat(view.read(packet(LinkType.RAW_IP, fragment))).isFalse();
    byte[] whole = error4(3, 3, 0, SEGMENT_4);
    byte[] cut = Arrays.copyOf(whole, whole.length - 1);
    assertThat(view.read(packet(LinkType.RAW_IP, cut).missing(1))).isFalse();
    assertThat(view.read(packet(LinkType.RAW_IP, SEGMENT_4))).isFalse();
  }

  @Test
  @DisplayName("C-44 edits keep the checksums of message and quoted segment right")
  void keepsChecksumsRight() {
    Random random = new Random(7);
    for (int round = 0; round < 1_000; round++) {
      boolean ipv4 = random.nextBoolean();
      byte[] quote = ipv4 ? SEGMENT_4 : SEGMENT_6;
      byte[] frame = ipv4 ? error4(3, 1, 0, quote) : error6(1, 4, 0, quote);
      int sequence = random.nextInt();
      int acknowledgement = random.nextInt();
      assertThat(view.read(packet(LinkType.RAW_IP, frame))).isTrue();
      view.sequence(sequence);
      view.acknowledgement(acknowledgement);
      assertThat(view.isChecksumRight()).isTrue();
      byte[] quoted = Arrays.copyOfRange(frame, frame.length - quote.length, frame.length);
      FrameView segment = new FrameView();
      assertThat(segment.read(packet(LinkType.RAW_IP, quoted))).isEqualTo(FrameKind.TCP);
      assertThat(segment.isTcpChecksumRight()).isTrue();
      assertThat(segment.sequence()).isEqualTo(sequence);
      assertThat(segment.acknowledgement()).isEqualTo(acknowledgement);
    }
  }

  @Test
  @DisplayName("RFC 4884 extensions after the quote are not mistaken for its checksum")
  void preservesExtensions() {
    byte[] extension = hex("2000 0000 0008 0101 000186a1");
    byte[] quote = join(Arrays.copyOf(SEGMENT_4, 32), extension);
    byte[] frame = join(ETHERNET_IPV4, error4(11, 0, 8 << 16, quote));
    assertThat(view.read(packet(LinkType.ETHERNET, frame))).isTrue();
    assertThat(view.hasAcknowledgement()).isTrue();
    view.sequence(1);
    view.acknowledgement(2);
    assertThat(view.isChecksumRight()).isTrue();
    assertThat(Arrays.copyOfRange(frame, frame.length - 12, frame.length)).isEqualTo(extension);
    byte[] shorter = join(ETHERNET_IPV4, error4(11, 0, 7 << 16, quote));
    assertThat(view.read(packet(LinkType.ETHERNET, shorter))).isTrue();
    assertThat(view.hasAcknowledgement()).isFalse();
  }

  @Test
  @DisplayName("C-56 arbitrary octets are read without an exception and within the packet")
  void readsArbitraryOctets() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame =
          random.nextBoolean() ? error4(3, 4, 1_400, SEGMENT_4) : error6(1, 1, 3 << 24, SEGMENT_6);
      for (int i = random.nextInt(4); i > 0; i--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
      byte[] made = random.nextInt(4) == 0 ? cut : frame;
      String where = "new Random(%dL), round %d: %s".formatted(seed, round, Arrays.toString(made));
      if (view.read(packet(LinkType.RAW_IP, made))) {
        boolean right = view.isChecksumRight();
        view.sequence(random.nextInt());
        if (view.hasAcknowledgement()) {
          view.acknowledgement(random.nextInt());
        }
        assertThat(view.isChecksumRight()).as(where).isEqualTo(right);
        read++;
      }
    }
    assertThat(read).isGreaterThan(ROUNDS / 4);
  }
}
