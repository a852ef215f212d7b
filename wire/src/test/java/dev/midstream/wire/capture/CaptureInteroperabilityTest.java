package dev.midstream.wire.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.packet.Packet;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/** Other programs read from our files what we wrote. */
@Tag("slow")
class CaptureInteroperabilityTest {
  private static final byte[] FIVE = {1, 2, 3, 4, 5};
  private static final int GROWTH = 100;

  @TempDir private Path folder;

  /** A packet as described by both programs. */
  private record Frame(long timeNanos, int capturedBytes, long originalBytes) {}

  @Test
  void tsharkAgreesOnRecordedCaptures() throws IOException, InterruptedException {
    List<Path> files =
        Captures.recorded().stream()
            .filter(file -> file.toString().matches(".*(encap/.*|\\.pcapng)"))
            .toList();
    for (Path file : files) {
      assertThat(framesByTshark(file)).as(file.toString()).isEqualTo(frames(file));
    }
  }

  @Test
  void tsharkReadsEditedRecordedCaptures() throws IOException, InterruptedException {
    for (Path file : Captures.recorded()) {
      if (file.toString().matches(".*(encap-vlan.pcap|http-reply-first.pcapng)")) {
        Path out = grown(file);
        assertThat(framesByTshark(out)).as(file.toString()).isEqualTo(grown(frames(file)));
      }
    }
  }

  @Test
  void tsharkReadsSeveralInterfacesAndByteOrders() throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("in"), twoInterfacesInTwoOrders());
    assertThat(frames(file)).hasSize(4);
    assertThat(framesByTshark(file)).isEqualTo(frames(file));

    Path out = grown(file);

    assertThat(framesByTshark(out)).isEqualTo(grown(frames(file)));
    assertThat(frames(out)).isEqualTo(grown(frames(file)));
  }

  @Test
  void libpcapReadsEditedPcapAndPcapng() throws Exception {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    Path pcap =
        Files.write(
            folder.resolve("pcap"),
            CaptureFileBuilder.pcap(BIG_ENDIAN, CaptureFileBuilder.PCAP_NANOS, 96, 1)
                .record(1_700_000_000, 123_456_789, FIVE, 5)
                .record(1_700_000_001, 1, FIVE, 9)
                .toByteArray());
    Path pcapng =
        Files.write(
            folder.resolve("pcapng"),
            none.body()
                .section(LITTLE_ENDIAN, -1)
                .interfaceBlock(1, 96, none.body().option(9, new byte[] {9}).word(0))
                .enhanced(0, 1_700_000_000_123_456_789L, FIVE, 5, none)
                .enhanced(0, 1_700_000_001_000_000_001L, FIVE, 9, none)
                .toByteArray());

    assertThat(framesByLibpcap(grown(pcap))).isEqualTo(grown(frames(pcap)));
    assertThat(framesByLibpcap(grown(pcapng))).isEqualTo(grown(frames(pcapng)));
  }

  private static byte[] twoInterfacesInTwoOrders() {
    CaptureFileBuilder little = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder big = new CaptureFileBuilder(BIG_ENDIAN);
    CaptureFileBuilder file = new CaptureFileBuilder(LITTLE_ENDIAN).section(LITTLE_ENDIAN, -1);
    return file.interfaceBlock(1, 96, little)
        .interfaceBlock(101, 96, little.body().option(9, new byte[] {(byte) 0x94}).word(0))
        .enhanced(0, 1_700_000_000_000_007L, FIVE, 9, little)
        .enhanced(1, 1_700_000_001L << 20 | 1 << 19, FIVE, 5, little.body().option(1, FIVE))
        .section(BIG_ENDIAN, -1)
        .interfaceBlock(113, 0, big.body().option(9, new byte[] {9}).word(0))
        .enhanced(0, 1_700_000_002_000_000_003L, FIVE, 5, big)
        .obsolete(0, 1_700_000_002_000_000_004L, FIVE, 5)
        .toByteArray();
  }

  /** Makes every packet longer by {@link #GROWTH} octets. */
  private Path grown(Path file) throws IOException {
    Path out = folder.resolve("grown-" + file.getFileName());
    try (CaptureReader reader = CaptureReader.open(file);
        CaptureWriter writer = CaptureWriter.create(out, reader, HeaderPolicy.ROOM_FOR_EDITS)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        byte[] longer = new byte[packet.length() + GROWTH];
        Packet emitted = Captures.packet(longer, packet.interfaceId(), packet.timeNanos());
        writer.write(emitted.missing(packet.missingBytes()));
      }
    }
    return out;
  }

  private static List<Frame> grown(List<Frame> frames) {
    return frames.stream()
        .map(frame ->
            new Frame(
                frame.timeNanos(), frame.capturedBytes() + GROWTH, frame.originalBytes() + GROWTH))
        .toList();
  }

  private static List<Frame> frames(Path file) throws IOException {
    List<Frame> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(file)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        int length = packet.length();
        frames.add(new Frame(packet.timeNanos(), length, length + packet.missingBytes()));
      }
      assertThat(reader.damage()).isNull();
    }
    return frames;
  }

  private static List<Frame> framesByTshark(Path file) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-e",
                "frame.time_epoch",
                "-e",
                "frame.cap_len",
                "-e",
                "frame.len")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return abort("skipped: no tshark on the path");
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("tshark %s", file).isZero();
    return text.lines().map(CaptureInteroperabilityTest::frame).toList();
  }

  private static Frame frame(String line) {
    List<String> fields = List.of(line.split("\t", -1));
    return new Frame(
        new BigDecimal(fields.get(0)).movePointRight(9).longValueExact(),
        Integer.parseInt(fields.get(1)),
        Long.parseLong(fields.get(2)));
  }

  private static List<Frame> framesByLibpcap(Path file) throws Exception {
    List<Frame> frames = new ArrayList<>();
    try (PcapHandle handle = openByLibpcap(file)) {
      while (true) {
        byte[] packet = handle.getNextRawPacketEx();
        Timestamp time = handle.getTimestamp();
        frames.add(
            new Frame(
                time.getTime() / 1_000 * 1_000_000_000 + time.getNanos(),
                packet.length,
                handle.getOriginalLength()));
      }
    } catch (EOFException end) {
      return frames;
    }
  }

  private static PcapHandle openByLibpcap(Path file) throws PcapNativeException {
    try {
      return Pcaps.openOffline(file.toString(), TimestampPrecision.NANO);
    } catch (LinkageError e) {
      return abort("skipped: no libpcap, the Debian package is libpcap0.8");
    }
  }
}
