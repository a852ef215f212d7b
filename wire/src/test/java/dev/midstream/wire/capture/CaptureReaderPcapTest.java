package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.CaptureFileBuilder.PCAP_MICROS;
import static dev.midstream.wire.capture.CaptureFileBuilder.PCAP_NANOS;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.midstream.wire.capture.Captures.Reading;
import dev.midstream.wire.capture.Captures.Seen;
import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureReaderPcapTest {
  private static final byte[] FIVE = {1, 2, 3, 4, 5};

  @ParameterizedTest
  @CsvSource({
    "true, a1b2c3d4, 7000008000",
    "false, a1b2c3d4, 7000008000",
    "true, a1b23c4d, 7000000008",
    "false, a1b23c4d, 7000000008"
  })
  void readsBothByteOrdersAndBothResolutions(boolean big, String magic, long nanos)
      throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    byte[] file =
        CaptureFileBuilder.pcap(order, (int) Long.parseLong(magic, 16), 65_535, 1)
            .record(7, 8, FIVE, 5)
            .record(7, 8, new byte[0], 3)
            .toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets())
        .containsExactly(
            new Seen("0102030405", 0, LinkType.ETHERNET, 0, nanos),
            new Seen("", 3, LinkType.ETHERNET, 0, nanos));
    assertThat(reading.damage()).isNull();
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(file);
  }

  @ParameterizedTest
  @CsvSource({
    "0, NULL_LOOPBACK",
    "1, ETHERNET",
    "12, RAW_IP",
    "14, RAW_IP",
    "101, RAW_IP",
    "228, RAW_IP",
    "229, RAW_IP",
    "108, LOOPBACK",
    "113, LINUX_COOKED",
    "276, LINUX_COOKED_2",
    "105, OTHER"
  })
  void mapsLinkTypes(int code, LinkType linkType) throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, code)
            .record(1, 2, FIVE, 5)
            .toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets()).extracting(Seen::linkType).containsExactly(linkType);
    assertThat(reading.unreadable())
        .isEqualTo(
            linkType == LinkType.OTHER
                ? "link type cannot be read file=in.pcap link-type=105"
                : null);
  }

  @Test
  void reportsUnsupportedLinkTypeBeforeFirstPacket() throws IOException {
    byte[] file = CaptureFileBuilder.pcap(BIG_ENDIAN, PCAP_MICROS, 96, 105).toByteArray();
    try (CaptureReader reader = Captures.open(file, CaptureLimits.DEFAULT)) {
      assertThat(reader.unreadableLinkTypes()).endsWith("link-type=105");
    }
  }

  @Test
  void ignoresFcsBitsOfLinkType() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 0x4400_0001)
            .record(1, 2, FIVE, 5)
            .toByteArray();

    assertThat(Captures.read(file).packets())
        .extracting(Seen::linkType)
        .containsExactly(LinkType.ETHERNET);
  }

  @Test
  @DisplayName("C-73 a record longer than the snap length is delivered whole")
  void deliversRecordsLongerThanSnapLength() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 2, 1)
            .record(1, 2, FIVE, 4)
            .record(1, 3, FIVE, -1)
            .toByteArray();

    assertThat(Captures.read(file).packets())
        .extracting(Seen::octets, Seen::missingBytes)
        .containsExactly(tuple("0102030405", 0), tuple("0102030405", Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({"262144, true", "262145, false", "2147483647, false", "-1, false"})
  @DisplayName("C-73 a record that claims more than 262,144 octets ends the capture")
  void endsAtInvalidRecordLength(int claimed, boolean possible) throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 262_144, 1)
            .record(1, 2, FIVE, 5)
            .word(1)
            .word(3)
            .word(claimed)
            .word(claimed)
            .octets(new byte[262_145])
            .toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets()).hasSize(possible ? 2 : 1);
    assertThat(reading.damage())
        .isEqualTo(
            possible
                ? new CaptureDamage("record header is cut off", "in.pcap", 24 + 21 + 16 + 262_144)
                : new CaptureDamage("record claims an impossible length", "in.pcap", 45));
  }

  @Test
  @DisplayName("C-73 damage is reported in one line")
  void reportsDamageInOneLine() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_NANOS, 96, 1).octets(new byte[3]).toByteArray();

    CaptureDamage damage = Captures.read(file).damage();

    assertThat(damage)
        .extracting(CaptureDamage::line)
        .isEqualTo("capture ends early, record header is cut off file=in.pcap offset=24");
  }

  @ParameterizedTest
  @CsvSource({
    "'', capture is empty file=in.pcap",
    "a1b2, not a capture file=in.pcap",
    "48656c6c6f, not a capture file=in.pcap",
    "d4c3b2a10200, capture header is cut off file=in.pcap",
    "34cdb2a1, modified pcap of a patched libpcap cannot be read file=in.pcap",
    "a1b2cd34, modified pcap of a patched libpcap cannot be read file=in.pcap",
    "1f8b0800, 'capture is compressed, unpack it first file=in.pcap'",
    "28b52ffd, 'capture is compressed, unpack it first file=in.pcap'",
    "a1b2c3d4000500040000000000000000000000000000000001,"
        + " unknown pcap version file=in.pcap version=5"
  })
  @DisplayName("C-73 a file that is no capture is refused in one line")
  void refusesFilesThatAreNoCapture(String hex, String message) {
    byte[] file = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> Captures.read(file))
        .isInstanceOf(CaptureException.class)
        .hasMessage(message);
  }

  @Test
  @DisplayName("C-73 a file that cannot be opened is refused in one line")
  void refusesFilesThatCannotBeOpened(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing");
    Path text = Files.write(folder.resolve("text"), "text".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> CaptureReader.open(missing))
        .isInstanceOf(CaptureException.class)
        .hasMessage("cannot open capture file=" + missing + " reason=no such file");
    assertThatThrownBy(() -> CaptureReader.open(folder))
        .isInstanceOf(CaptureException.class)
        .hasMessageStartingWith("cannot read capture file=" + folder);
    assertThatThrownBy(() -> CaptureReader.open(text))
        .isInstanceOf(CaptureException.class)
        .hasMessage("not a capture file=" + text);
  }

  @Test
  void readsEmptyCapture() throws IOException {
    byte[] file = CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 1).toByteArray();

    assertThat(Captures.read(file)).isEqualTo(new Reading(List.of(), null, null));
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(file);
  }
}
