package dev.midstream.wire.segment;

import static dev.midstream.wire.header.TestFrames.DESTINATION_4;
import static dev.midstream.wire.header.TestFrames.DESTINATION_6;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV6;
import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
import static dev.midstream.wire.header.TestFrames.SOURCE_6;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.putTwo;
import static dev.midstream.wire.header.TestFrames.tcp;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.checksum.NaiveChecksum;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TooBigReplyTest {
  private static final byte[] IPV4 = ipv4(tcp(TIMESTAMPS, counting(1_448)));
  private static final byte[] IPV6 = ipv6(tcp(TIMESTAMPS, counting(1_428)));
  private static final byte[] SWAPPED = join(MACS, MACS);

  private final TooBigReply reply = new TooBigReply();
  private final IcmpView view = new IcmpView();

  @Test
  @DisplayName("C-44 fragmentation needed: from the destination, 576 octets, with the MTU")
  void answersIpv4() {
    byte[] made = made(join(ETHERNET_IPV4, IPV4), 1_400);
    assertThat(made).hasSize(14 + 576);
    assertThat(Arrays.copyOf(made, 12)).isEqualTo(Arrays.copyOfRange(SWAPPED, 6, 18));
    byte[] header = Arrays.copyOfRange(made, 14, 34);
    assertThat(NaiveChecksum.sum(header, 0, 20)).isEqualTo(0xffff);
    putTwo(header, 10, 0);
    assertThat(header)
        .isEqualTo(join(hex("4500 0240 0000 4000 4001 0000"), DESTINATION_4, SOURCE_4));
    assertThat(Arrays.copyOfRange(made, 42, made.length)).isEqualTo(Arrays.copyOf(IPV4, 548));
    assertQuotes(1_400);
  }

  @Test
  @DisplayName("C-44 packet too big: from the destination, 1,280 octets, with the MTU")
  void answersIpv6() {
    byte[] made = made(join(ETHERNET_IPV6, IPV6), 1_499);
    assertThat(made).hasSize(14 + 1_280);
    assertThat(Arrays.copyOf(made, 12)).isEqualTo(Arrays.copyOfRange(SWAPPED, 6, 18));
    assertThat(Arrays.copyOfRange(made, 14, 54))
        .isEqualTo(join(hex("60000000 04d8 3a40"), DESTINATION_6, SOURCE_6));
    assertThat(Arrays.copyOfRange(made, 62, made.length)).isEqualTo(Arrays.copyOf(IPV6, 1_232));
    assertQuotes(1_499);
  }

  private void assertQuotes(int linkBytes) {
    assertThat(view.isChecksumRight()).isTrue();
    assertThat(view.isTooBig()).isTrue();
    assertThat(view.linkBytes()).isEqualTo(linkBytes);
    assertThat(view.quotedPacketLength()).isEqualTo(1_500);
    assertThat(view.sequence()).isEqualTo(0x01020304);
    assertThat(view.acknowledgement()).isEqualTo(0x05060708);
  }

  @ParameterizedTest
  @CsvSource({
    "81000007, 1400, 1400",
    "88a80007, 1404, 1400",
    "88a80007 81000008, 1408, 1400",
    "81000007 81000008, 1404, 1400",
    "81000007 81000008 81000009, 1408, 1400",
  })
  @DisplayName("C-44 an interface sends one customer tag beyond its MTU, and no other tag")
  void keepsTags(String tags, int mtu, int linkBytes) {
    byte[] link = join(MACS, hex(tags + "0800"));
    byte[] made = made(join(link, IPV4), mtu);
    assertThat(made).hasSize(link.length + 576);
    assertThat(Arrays.copyOfRange(made, 12, link.length))
        .isEqualTo(Arrays.copyOfRange(link, 12, link.length));
    if (tags.length() < 20) {
      assertQuotes(linkBytes);
    }
  }

  @Test
  void quotesWhatIsPresent() {
    byte[] made = made(Arrays.copyOf(join(ETHERNET_IPV4, IPV4), 14 + 52), 1_400);
    assertThat(made).hasSize(14 + 28 + 52);
    assertThat(view.isChecksumRight()).isTrue();
    assertThat(view.quotedPacketLength()).isEqualTo(1_500);
  }

  @Test
  void fitsANarrowLinkItself() {
    assertThat(made(join(ETHERNET_IPV4, IPV4), 68)).hasSize(14 + 68);
    assertThat(reply(join(ETHERNET_IPV4, IPV4), 67)).isNull();
    assertThat(made(join(ETHERNET_IPV6, IPV6), 1_280)).hasSize(14 + 1_280);
    assertThat(reply(join(ETHERNET_IPV6, IPV6), 1_279)).isNull();
  }

  @Test
  void answersNothingThatFits() {
    assertThat(reply(join(ETHERNET_IPV4, IPV4, counting(100)), 1_500)).isNull();
    assertThat(reply(join(ETHERNET_IPV6, IPV6, counting(100)), 1_500)).isNull();
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({
    "0000, 20", // it may be fragmented
    "4001, 20", // a later fragment
    "e0000001, 30", // to a group
    "ffffffff, 30", // to all
    "00000000, 26", // from no address
    "7f000001, 26",
    "e0000001, 26",
    "0806, 12", // not IP
    "01, 0", // to a group of the link
    "01, 6",
  })
  @DisplayName("RFC 1122 section 3.2.2 packets that must not be answered")
  void staysSilent(String octets, int at) {
    byte[] frame = join(ETHERNET_IPV4, IPV4);
    byte[] put = hex(octets);
    System.arraycopy(put, 0, frame, at, put.length);
    assertThat(reply(frame, 1_400)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"3, false", "4, false", "5, false", "11, false", "12, false", "0, true", "8, true"})
  @DisplayName("RFC 1122 section 3.2.2 a long echo is answered, an error is not")
  void answersNoErrors(int type, boolean isAnswered) {
    byte[] frame = join(ETHERNET_IPV4, IPV4);
    frame[14 + 9] = 1;
    frame[14 + 20] = (byte) type;
    assertThat(reply(frame, 1_400) != null).isEqualTo(isAnswered);
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 38})
  @DisplayName("RFC 4443 section 2.4 neither groups nor addresses of no host are answered")
  void staysSilentOverIpv6(int at) {
    byte[] frame = join(ETHERNET_IPV6, IPV6);
    frame[at] = (byte) 0xff;
    assertThat(reply(frame, 1_400)).isNull();
    Arrays.fill(frame, at, at + 15, (byte) 0);
    assertThat(reply(frame, 1_400)).isNull();
  }

  @Test
  void readsNoFrameBeyondItsEnd() {
    for (byte[] whole : new byte[][] {join(ETHERNET_IPV4, IPV4), join(ETHERNET_IPV6, IPV6)}) {
      for (int length = 12; length < 80; length++) {
        byte[] frame = Arrays.copyOf(whole, length);
        boolean isAnswered = reply(frame, 1_400) != null;
        assertThat(isAnswered).isEqualTo(length >= (whole[12] == 8 ? 14 + 28 : 14 + 40));
      }
    }
  }

  private byte[] made(byte[] frame, int mtu) {
    Packet made = Objects.requireNonNull(reply(frame, mtu));
    byte[] octets = made.memory().asSlice(made.offset(), made.length()).toArray(JAVA_BYTE);
    boolean isRead = view.read(made);
    assertThat(isRead || frame[12 + 8] == (byte) 0x81).isTrue();
    return octets;
  }

  private @Nullable Packet reply(byte[] frame, int mtu) {
    return reply.to(MemorySegment.ofArray(frame), 0, frame.length, mtu);
  }
}
