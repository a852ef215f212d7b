package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares how the view and tshark read ICMP errors, recorded ones and edited ones. */
class IcmpViewTsharkTest {
  private static final Path CAPTURE = Path.of("../../shared/captures/smtp/smtp-classic.pcap");
  private static final int LINKTYPE_RAW = 101;
  private static final int ERRORS = 400;

  private final IcmpView view = new IcmpView();
  private final List<String> seen = new ArrayList<>();

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void requireTshark() {
    assumeTrue(Tshark.isAvailable(), "no tshark on the path");
  }

  @Test
  @DisplayName("C-44 recorded errors are read as by tshark")
  void readsRecordedErrorsLikeTshark() throws IOException {
    assumeTrue(Files.exists(CAPTURE), () -> "skipped: no recorded captures at " + CAPTURE);
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(CAPTURE)) {
      while (reader.next(packet)) {
        if (view.read(packet)) {
          note();
        }
      }
    }
    assertThat(seen).hasSize(4).isEqualTo(tshark(CAPTURE));
  }

  @Test
  @DisplayName("C-44 tshark reads edited errors as intended, with right checksums")
  void editedErrorsAreValidForTshark() throws IOException {
    Random random = new Random(44);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < ERRORS; i++) {
      byte[] segment = tcp(TestFrames.TIMESTAMPS, counting(random.nextInt(60)));
      byte[] frame =
          random.nextBoolean()
              ? IcmpViewTest.error4(3, 4, 576 + random.nextInt(900), ipv4(segment))
              : IcmpViewTest.error6(2, 0, 1_280 + random.nextInt(900), ipv6(segment));
      assertThat(view.read(packet(LinkType.RAW_IP, frame))).isTrue();
      view.sequence(random.nextInt());
      view.acknowledgement(random.nextInt());
      note();
      frames.add(frame);
    }
    assertThat(tshark(write(frames))).isEqualTo(seen);
  }

  private void note() {
    seen.add(
        String.join(
            "|",
            String.valueOf(view.sourcePort()),
            String.valueOf(view.destinationPort()),
            Integer.toUnsignedString(view.sequence()),
            view.hasAcknowledgement() ? Integer.toUnsignedString(view.acknowledgement()) : "",
            view.isTooBig() ? String.valueOf(view.linkBytes()) : "",
            view.isChecksumRight() ? "1" : "0"));
  }

  private Path write(List<byte[]> frames) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(24 + frames.stream().mapToInt(f -> 16 + f.length).sum());
    file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    file.putInt(65_535).putInt(LINKTYPE_RAW);
    for (byte[] frame : frames) {
      file.putInt(0).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    return Files.write(directory.resolve("errors.pcap"), file.array());
  }

  private static List<String> tshark(Path capture) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-T", "fields"));
    command.addAll(List.of("-Y", "(icmp || icmpv6) && tcp", "-E", "separator=|"));
    command.addAll(List.of("-o", "tcp.relative_sequence_numbers:FALSE"));
    List<String> fields =
        List.of(
            "tcp.srcport",
            "tcp.dstport",
            "tcp.seq",
            "tcp.ack_raw",
            "icmp.mtu",
            "icmpv6.mtu",
            "icmp.checksum.status",
            "icmpv6.checksum.status");
    fields.forEach(field -> command.addAll(List.of("-e", field)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    try (BufferedReader lines = builder.start().inputReader()) {
      return lines.lines().map(IcmpViewTsharkTest::joined).toList();
    }
  }

  /** Joins the fields of both IP versions. */
  private static String joined(String line) {
    String[] of = line.split("\\|", -1);
    return String.join("|", of[0], of[1], of[2], of[3], of[4] + of[5], of[6] + of[7]);
  }
}
