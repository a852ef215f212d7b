package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.CaptureFileBuilder.PCAP_MICROS;
import static dev.midstream.wire.capture.CaptureFileBuilder.PCAP_NANOS;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.packet.Packet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureWriterPcapTest {
  private static final byte[] FIVE = {1, 2, 3, 4, 5};
  private static final byte[] FOUR = {9, 8, 7, 6};
  private static final byte[] SIX = {6, 6, 6, 6, 6, 6};

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replacesDropsAndAddsPcapRecords(boolean big) throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    byte[] file =
        CaptureFileBuilder.pcap(order, PCAP_MICROS, 96, 1)
            .record(1, 10, FIVE, 5)
            .record(1, 20, FOUR, 7)
            .record(1, 30, FIVE, 9)
            .record(1, 40, FOUR, 4)
            .toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.ROOM_FOR_EDITS,
            CaptureWriterPcapTest::replaceDropAndAdd);

    assertThat(out)
        .isEqualTo(
            CaptureFileBuilder.pcap(order, PCAP_MICROS, 262_144, 1)
                .record(0, 999_999, FOUR, 4)
                .record(1, 10, FIVE, 5)
                .record(1, 20, SIX, 9)
                .record(1, 20, FIVE, 5)
                .record(1, 40, SIX, 6)
                .record(1, 40, FOUR, 4)
                .record(1, 40, FIVE, 5)
                .toByteArray());
  }

  @Test
  void keepsNanosecondsAndHighSeconds() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(BIG_ENDIAN, PCAP_NANOS, 96, 1).record(-1, 5, FIVE, 5).toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.VERBATIM,
            (number, packet, writer) -> {
              writer.write(Captures.packet(FOUR, 0, 0));
              writer.writeTimed(Captures.packet(FOUR, 0, packet.timeNanos() + 2));
            });

    assertThat(out)
        .isEqualTo(
            CaptureFileBuilder.pcap(BIG_ENDIAN, PCAP_NANOS, 96, 1)
                .record(-1, 5, FOUR, 4)
                .record(-1, 7, FOUR, 4)
                .toByteArray());
  }

  @Test
  void appendsTimedPacketAtEndOfFile() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 1)
            .record(1, 2, FIVE, 5)
            .toByteArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CaptureReader reader = Captures.open(file, CaptureLimits.DEFAULT);
        CaptureWriter writer =
            CaptureWriter.create(Channels.newChannel(out), "out", reader, HeaderPolicy.VERBATIM)) {
      Packet packet = new Packet();
      assertThat(reader.next(packet)).isTrue();
      writer.copy();
      assertThat(reader.next(packet)).isFalse();
      assertThat(reader.next(packet)).isFalse();
      writer.writeTimed(Captures.packet(SIX, 0, 3_000_000_000L));
      assertThatThrownBy(() -> writer.write(packet))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no current packet file=in.pcap");
    }

    assertThat(out.toByteArray())
        .isEqualTo(
            new CaptureFileBuilder(LITTLE_ENDIAN).octets(file).record(3, 0, SIX, 6).toByteArray());
  }

  @Test
  void copiesInPlaceEdits() throws IOException {
    byte[] file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 1)
            .record(1, 2, FIVE, 5)
            .toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.VERBATIM,
            (number, packet, writer) -> {
              packet.memory().set(ValueLayout.JAVA_BYTE, packet.offset(), (byte) 77);
              writer.copy();
            });

    byte[] edited = {77, 2, 3, 4, 5};
    assertThat(out)
        .isEqualTo(
            CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 1)
                .record(1, 2, edited, 5)
                .toByteArray());
  }

  @ParameterizedTest
  @CsvSource({"0, 262144", "96, 262144", "262144, 262144", "262145, 262145", "-1, -1"})
  void raisesPcapSnapLengthsOnlyForEdits(int before, int after) throws IOException {
    byte[] file = CaptureFileBuilder.pcap(BIG_ENDIAN, PCAP_MICROS, before, 1).toByteArray();

    assertThat(keepAll(file, HeaderPolicy.ROOM_FOR_EDITS))
        .isEqualTo(CaptureFileBuilder.pcap(BIG_ENDIAN, PCAP_MICROS, after, 1).toByteArray());
    assertThat(keepAll(file, HeaderPolicy.VERBATIM)).isEqualTo(file);
  }

  @Test
  void refusesInputAsOutputAndSecondWriter(@TempDir Path folder) throws IOException {
    Path in =
        Files.write(
            folder.resolve("in"),
            CaptureFileBuilder.pcap(LITTLE_ENDIAN, PCAP_MICROS, 96, 1)
                .record(1, 2, FIVE, 5)
                .toByteArray());
    Path link = Files.createSymbolicLink(folder.resolve("link"), in);
    try (CaptureReader reader = CaptureReader.open(in)) {
      assertThatThrownBy(() -> CaptureWriter.create(link, reader, HeaderPolicy.VERBATIM))
          .isInstanceOf(CaptureException.class)
          .hasMessage("output is the capture being read file=" + link);
      assertThatThrownBy(
              () -> CaptureWriter.create(folder.resolve("no/out"), reader, HeaderPolicy.VERBATIM))
          .isInstanceOf(CaptureException.class)
          .hasMessageStartingWith("cannot create capture file=");
      try (CaptureWriter first =
          CaptureWriter.create(folder.resolve("out"), reader, HeaderPolicy.VERBATIM)) {
        assertThat(first).isNotNull();
        assertThatThrownBy(
                () -> CaptureWriter.create(folder.resolve("out2"), reader, HeaderPolicy.VERBATIM))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  private static byte[] keepAll(byte[] file, HeaderPolicy headers) throws IOException {
    return Captures.rewrite(
        file, Captures.TINY, headers, (number, packet, writer) -> writer.copy());
  }

  private static void replaceDropAndAdd(int number, Packet packet, CaptureWriter writer) {
    switch (number) {
      case 0 -> {
        writer.writeTimed(Captures.packet(FOUR, 0, 999_999_999));
        writer.copy();
        writer.copy();
      }
      case 1 -> {
        writer.write(Captures.packet(SIX, 0, 5).missing(3));
        writer.write(Captures.packet(FIVE, 0, 5));
      }
      case 2 -> assertThat(packet.missingBytes()).isEqualTo(4);
      default -> {
        writer.write(Captures.packet(SIX, 0, 5));
        writer.copy();
        writer.write(Captures.packet(FIVE, 0, 5));
      }
    }
  }
}
