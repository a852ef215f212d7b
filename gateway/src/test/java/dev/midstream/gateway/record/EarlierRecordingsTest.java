package dev.midstream.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of several runs and several programs under one name. */
class EarlierRecordingsTest {
  private static final int MIN_FRAME_BYTES = 60;
  private static final PortSettings PORT =
      new PortSettings(PortSettings.Kind.AFPACKET, "a", "b", 0, ReceiveMode.RING, LinkLocal.PASS);

  @TempDir private Path directory = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("both.pcapng");
  }

  @Test
  @DisplayName("OWN-3 recordings of earlier runs are kept under numbered names, nine of them")
  void keepsEarlierRecordings() throws Exception {
    for (int run = 0; run < 11; run++) {
      try (Recording recording = open()) {
        record(recording, run);
      }
    }

    assertThat(recorded(file)).containsExactly(10);
    for (int age = 1; age <= EarlierRecordings.MAX_KEPT; age++) {
      assertThat(recorded(directory.resolve("both." + age + ".pcapng"))).containsExactly(10 - age);
    }
    assertThat(directory.resolve("both.10.pcapng")).doesNotExist();
  }

  @Test
  @DisplayName("OWN-3 a recording by way of a link is kept beside the file that the link names")
  void keepsLinkedRecordings() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path link = file;
    Files.createSymbolicLink(link, elsewhere.resolve("linked"));
    for (int run = 0; run < 2; run++) {
      try (Recording recording = open()) {
        record(recording, run);
      }
    }

    assertThat(link).isSymbolicLink();
    assertThat(recorded(elsewhere.resolve("linked"))).containsExactly(1);
    assertThat(recorded(elsewhere.resolve("linked.1"))).containsExactly(0);
  }

  @Test
  @DisplayName("OWN-3 a recording without packets, as of a start that failed, is not kept")
  void keepsNoRecordingWithoutPackets() throws Exception {
    for (int run = 0; run < 2; run++) {
      open().close();
    }

    assertThat(directory).isDirectoryNotContaining("glob:**both.*.pcapng");
  }

  @Test
  @DisplayName("OWN-3 a file that is no capture is kept too")
  void keepsForeignFiles() throws Exception {
    Files.writeString(file, "not ours");

    open().close();

    assertThat(directory.resolve("both.1.pcapng")).hasContent("not ours");
  }

  @Test
  @DisplayName("OWN-3 the recording of another program is refused and stays as it is")
  void refusesTheRecordingOfAnotherProgram() throws Exception {
    try (Recording recording = open()) {
      record(recording, 7);
      assertThatThrownBy(this::open)
          .isInstanceOf(InputException.class)
          .hasMessage(file + ": another program writes to it");
    }

    assertThat(recorded(file)).containsExactly(7);
    assertThat(directory).isDirectoryNotContaining("glob:**both.*.pcapng");
  }

  @Test
  @DisplayName("OWN-3 a recording may be read by its owner and group only")
  void keepsRecordingsFromOthers() throws Exception {
    open().close();

    assertThat(Files.getPosixFilePermissions(file))
        .contains(PosixFilePermission.OWNER_WRITE)
        .doesNotContain(PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_WRITE);
  }

  private Recording open() throws InputException {
    RecordRequest request = new RecordRequest(file, 1L << 20, Set.of("any"));
    return Recording.open(request, PORT, (_, _) -> {});
  }

  /** Records one frame that stands for {@code number}. */
  private static void record(Recording recording, int number) {
    byte[] frame = new byte[MIN_FRAME_BYTES + number];
    recording.offer(List.of(new RecordedPacket(Leg.INSIDE, false, 0, frame, "before: made")));
  }

  /** The numbers that the frames of a capture stand for. */
  private static List<Integer> recorded(Path capture) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      while (reader.next(packet)) {
        numbers.add(packet.length() - MIN_FRAME_BYTES);
      }
    }
    return numbers;
  }
}
