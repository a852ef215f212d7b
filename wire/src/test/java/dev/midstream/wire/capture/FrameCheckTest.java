package dev.midstream.wire.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures with a frame check sequence after each frame. */
class FrameCheckTest {
  private static final int ETHERNET = 1;
  private static final int RAW_IP = 101;
  private static final byte[] STALE = {0x11, 0x22, 0x33, 0x44};
  private static final byte[] FRAME = {1, 2, 3, 4, 5};
  private static final byte[] EDITED = {6, 6, 6, 6, 6, 6};

  @Test
  @DisplayName("the check value of CRC-32 follows the digits 1 to 9")
  void computesCrc32() throws IOException {
    byte[] digits = HexFormat.of().parseHex("313233343536373839");
    byte[] out = replaceAllBy(digits, pcap(LITTLE_ENDIAN, ETHERNET).toByteArray());
    byte[] crc = Arrays.copyOfRange(out, out.length - 4, out.length);
    assertThat(ByteBuffer.wrap(crc).order(LITTLE_ENDIAN).getInt()).isEqualTo(0xcbf43926);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  @DisplayName("frames of a pcap file are read without the sequence and written with a new one")
  void replacesSequenceInPcap(boolean big) throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    byte[] file = pcap(order, ETHERNET).toByteArray();
    assertThat(Captures.read(file).packets())
        .containsExactly(new Captures.Seen("0102030405", 0, LinkType.ETHERNET, 0, 0));
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(file);

    byte[] out = replaceAllBy(EDITED, file);

    byte[] header = Arrays.copyOf(file, 16);
    CaptureFileBuilder expected = new CaptureFileBuilder(order).octets(header).word(262_144);
    expected.word(0x2400_0000 | ETHERNET).record(0, 0, withCheck(EDITED), 10);
    assertThat(out).isEqualTo(expected.toByteArray());
  }

  @Test
  @DisplayName("a claim for a link type without frames is ignored")
  void ignoresClaimOfOtherLinkTypes() throws IOException {
    byte[] file = pcap(BIG_ENDIAN, RAW_IP).toByteArray();
    assertThat(Captures.read(file).packets())
        .containsExactly(new Captures.Seen("010203040511223344", 0, LinkType.RAW_IP, 0, 0));
  }

  @Test
  @DisplayName("a frame that was cut off has no sequence, or a part of it")
  void readsCutFrames() throws IOException {
    CaptureFileBuilder file = pcap(BIG_ENDIAN, ETHERNET);
    byte[] start = Arrays.copyOf(FRAME, 4);
    byte[] all = withStale(FRAME);
    file.record(1, 0, start, 9).record(2, 0, FRAME, 9).record(3, 0, Arrays.copyOf(all, 7), 9);
    assertThat(Captures.read(file.toByteArray()).packets().subList(1, 4))
        .containsExactly(
            new Captures.Seen("01020304", 1, LinkType.ETHERNET, 0, 1_000_000_000L),
            new Captures.Seen("0102030405", 0, LinkType.ETHERNET, 0, 2_000_000_000L),
            new Captures.Seen("0102030405", 0, LinkType.ETHERNET, 0, 3_000_000_000L));
  }

  @Test
  @DisplayName("a packet that is cut off is written without the sequence, which still counts")
  void writesCutFrames() throws IOException {
    byte[] out =
        Captures.rewrite(
            pcap(BIG_ENDIAN, ETHERNET).toByteArray(),
            Captures.TINY,
            HeaderPolicy.ROOM_FOR_EDITS,
            (number, packet, writer) -> writer.write(Captures.packet(EDITED, 0, 0).missing(2)));
    byte[] record = new CaptureFileBuilder(BIG_ENDIAN).record(0, 0, EDITED, 12).toByteArray();
    assertThat(out).endsWith(record);
  }

  @ParameterizedTest
  @CsvSource({"4, 0, true", "32, 0, true", "0, 4, true", "0, 0, false", "2, 0, false"})
  @DisplayName("pcapng states the length for an interface, in octets or bits, or for a packet")
  void readsLengthsOfPcapng(int ofInterface, int ofPacket, boolean known) throws IOException {
    byte[] file = pcapng(ofInterface, ofPacket);
    String octets = HexFormat.of().formatHex(known ? FRAME : withStale(FRAME));
    assertThat(Captures.read(file).packets())
        .containsExactly(new Captures.Seen(octets, 0, LinkType.ETHERNET, 0, 7_000));
  }

  @Test
  @DisplayName("edited frames of a pcapng interface with sequences get new ones")
  void replacesSequenceInPcapng() throws IOException {
    byte[] out = replaceAllBy(EDITED, pcapng(4, 0));
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder noFlags = none.body().option(2, new byte[4]).word(0);
    byte[] block = none.body().enhanced(0, 7, withCheck(EDITED), 10, noFlags).toByteArray();
    assertThat(out).endsWith(block);
    byte[] without = replaceAllBy(EDITED, pcapng(0, 4));
    assertThat(without).endsWith(none.body().enhanced(0, 7, EDITED, 6, noFlags).toByteArray());
  }

  private static byte[] replaceAllBy(byte[] octets, byte[] file) throws IOException {
    return Captures.rewrite(
        file,
        Captures.TINY,
        HeaderPolicy.ROOM_FOR_EDITS,
        (number, packet, writer) -> writer.write(Captures.packet(octets, 0, 0)));
  }

  /** A file of one frame, which claims sequences of four octets. */
  private static CaptureFileBuilder pcap(ByteOrder order, int linkType) {
    return new CaptureFileBuilder(order)
        .word(0xa1b2c3d4)
        .half(2)
        .half(4)
        .longWord(0)
        .word(96)
        .word(0x2400_0000 | linkType)
        .record(0, 0, withStale(FRAME), 9);
  }

  private static byte[] pcapng(int ofInterface, int ofPacket) {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder length = none.body().option(13, new byte[] {(byte) ofInterface});
    CaptureFileBuilder flags = none.body().option(2, new byte[] {(byte) (ofPacket << 5), 0, 0, 0});
    return none.body()
        .section(LITTLE_ENDIAN, -1)
        .interfaceBlock(ETHERNET, 0, length)
        .enhanced(0, 7, withStale(FRAME), 9, flags)
        .toByteArray();
  }

  private static byte[] withStale(byte[] frame) {
    return joined(frame, STALE);
  }

  private static byte[] withCheck(byte[] frame) {
    CRC32 crc = new CRC32();
    crc.update(frame);
    int value = (int) crc.getValue();
    return joined(frame, ByteBuffer.allocate(4).order(LITTLE_ENDIAN).putInt(value).array());
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
