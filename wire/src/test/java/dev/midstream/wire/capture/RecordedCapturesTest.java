package dev.midstream.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedCapturesTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("C-73 every recorded capture is read to its end without damage")
  void readsEveryCaptureToItsEnd() throws IOException {
    List<String> unreadable = new ArrayList<>();
    for (Path file : Captures.recorded()) {
      try (CaptureReader reader = CaptureReader.open(file)) {
        Packet packet = new Packet();
        while (reader.next(packet)) {
          assertThat(packet.timeNanos()).as(file.toString()).isPositive();
        }
        assertThat(reader.damage()).as(file.toString()).isNull();
        assertThat(reader.packetCount()).as(file.toString()).isPositive();
        assertThat(reader.fileOffset()).as(file.toString()).isEqualTo(Files.size(file));
        if (reader.unreadableLinkTypes() != null) {
          unreadable.add(file.getFileName().toString());
        }
      }
    }
    // Netlink and PPP.
    assertThat(unreadable).containsExactly("encap-big-endian-us.pcap", "ip-frag-ppp-v6.pcap");
  }

  @Test
  void copiesEveryCaptureOctetForOctet() throws IOException {
    Path out = folder.resolve("out");
    for (Path file : Captures.recorded()) {
      try (CaptureReader reader = CaptureReader.open(file);
          CaptureWriter writer = CaptureWriter.create(out, reader, HeaderPolicy.VERBATIM)) {
        Packet packet = new Packet();
        while (reader.next(packet)) {
          writer.copy();
        }
      }
      assertThat(Files.mismatch(file, out)).as(file.toString()).isEqualTo(-1);
    }
  }

  @Test
  void copiesEveryCaptureThroughMinimalWindow() throws IOException {
    for (Path file : Captures.recorded()) {
      byte[] original = Files.readAllBytes(file);
      assertThat(Captures.copyAll(original, Captures.TINY)).as(file.toString()).isEqualTo(original);
    }
  }
}
