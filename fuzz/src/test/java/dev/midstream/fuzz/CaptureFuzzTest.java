package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.wire.capture.CaptureException;
import dev.midstream.wire.capture.CaptureLimits;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.CaptureWriter;
import dev.midstream.wire.capture.HeaderPolicy;
import dev.midstream.wire.packet.Packet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as a capture file, under small limits. */
class CaptureFuzzTest {
  private static final CaptureLimits LIMITS = new CaptureLimits(256, 4_096, 8_192, 8);

  @FuzzTest
  @DisplayName("C-73 any file is copied up to its damage, or refused with one line")
  void copiesAnyFileUpToItsDamage(byte[] input) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    long sound;
    try (CaptureReader reader = open(input);
        CaptureWriter writer = follow(reader, output, HeaderPolicy.VERBATIM)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        assertThat(packet.length()).isBetween(0, LIMITS.packetBytes());
        writer.copy();
      }
      sound = reader.damage() == null ? input.length : reader.damage().offset();
    } catch (CaptureException refusal) {
      assertThat(refusal.getMessage()).doesNotContain("\n").contains("file=in.pcap");
      return;
    }
    assertThat(output.toByteArray()).isEqualTo(Arrays.copyOf(input, (int) sound));
  }

  @FuzzTest
  @DisplayName("C-73 packets of any file, written twice and with other times, form a valid capture")
  void writesPacketsOfAnyFileAgain(byte[] input) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int written = 0;
    try (CaptureReader reader = open(input);
        CaptureWriter writer = follow(reader, output, HeaderPolicy.ROOM_FOR_EDITS)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        writer.write(packet);
        writer.writeTimed(packet);
        written += 2;
      }
    } catch (CaptureException _) {
      return;
    }
    assertThat(packetsOf(output.toByteArray())).isEqualTo(written);
  }

  private static int packetsOf(byte[] file) throws IOException {
    try (CaptureReader reader =
        CaptureReader.open(
            Channels.newChannel(new ByteArrayInputStream(file)),
            "out.pcap",
            CaptureLimits.DEFAULT)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        assertThat(packet.missingBytes()).isNotNegative();
      }
      return (int) reader.packetCount();
    }
  }

  private static CaptureReader open(byte[] input) throws IOException {
    return CaptureReader.open(
        Channels.newChannel(new ByteArrayInputStream(input)), "in.pcap", LIMITS);
  }

  private static CaptureWriter follow(
      CaptureReader reader, ByteArrayOutputStream output, HeaderPolicy policy) {
    return CaptureWriter.create(Channels.newChannel(output), "out.pcap", reader, policy);
  }
}
