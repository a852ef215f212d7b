package dev.midstream.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotatedCaptureTest {
  private static final List<AnnotatedCapture.Interface> BOTH =
      List.of(
          new AnnotatedCapture.Interface("veth-a", "inside", LinkType.ETHERNET),
          new AnnotatedCapture.Interface("tun0", "outside", LinkType.RAW_IP));

  @TempDir private Path directory;

  private AnnotatedCapture create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return new AnnotatedCapture(channel, file.toString(), BOTH);
  }

  @Test
  @DisplayName("OWN-3 packets of every length are read as they were written")
  void roundTripsPacketsOfEveryLength() throws Exception {
    Path file = directory.resolve("a.pcapng");
    try (AnnotatedCapture capture = create(file)) {
      for (int length = 0; length < 10; length++) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) length);
        capture.write(
            length % 2, length % 2 == 1, 1_700_000_000_123_456_789L + length, octets, "x");
      }
      assertThat(capture.bytes()).isPositive();
      capture.flush();
      assertThat(Files.size(file)).isEqualTo(capture.bytes());
    }

    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(file)) {
      for (int length = 0; length < 10; length++) {
        assertThat(reader.next(packet)).isTrue();
        assertThat(packet.length()).isEqualTo(length);
        assertThat(packet.timeNanos()).isEqualTo(1_700_000_000_123_456_789L + length);
        assertThat(packet.linkType())
            .isEqualTo(length % 2 == 0 ? LinkType.ETHERNET : LinkType.RAW_IP);
        assertThat(packet.memory().asSlice(packet.offset(), length).toArray(ValueLayout.JAVA_BYTE))
            .containsOnly(length == 0 ? new byte[0] : new byte[] {(byte) length});
      }
      assertThat(reader.next(packet)).isFalse();
      assertThat(reader.damage()).isNull();
    }
  }

  @Test
  @DisplayName("OWN-3 a comment that is too long is truncated")
  void truncatesLongComments() throws Exception {
    Path file = directory.resolve("a.pcapng");
    String comment = "\u20ac".repeat(AnnotatedCapture.MAX_COMMENT_BYTES);
    try (AnnotatedCapture capture = create(file)) {
      long before = capture.bytes();
      capture.write(0, false, 0, new byte[5], comment);
      assertThat(capture.bytes() - before)
          .isGreaterThan(4_000)
          .isLessThanOrEqualTo(AnnotatedCapture.maxBytes(5, comment));
    }

    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(file)) {
      assertThat(reader.next(packet)).isTrue();
      assertThat(reader.next(packet)).isFalse();
      assertThat(reader.damage()).isNull();
    }
  }

  @Test
  @DisplayName("OWN-3 the longest packet can be written")
  void writesLongestPacket() throws Exception {
    Path file = directory.resolve("a.pcapng");
    try (AnnotatedCapture capture = create(file)) {
      for (int i = 0; i < 8; i++) {
        capture.write(0, true, i, new byte[AnnotatedCapture.MAX_PACKET_BYTES], "long");
      }
    }

    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(file)) {
      for (int i = 0; i < 8; i++) {
        assertThat(reader.next(packet)).isTrue();
        assertThat(packet.length()).isEqualTo(AnnotatedCapture.MAX_PACKET_BYTES);
      }
    }
  }
}
