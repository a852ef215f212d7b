package dev.midstream.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.capture.AnnotatedCapture.Interface;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingFileTest {
  private static final long TENTH = 100_000_000L;
  private static final long START = 5_000_000_000L;

  @TempDir private Path directory;

  private RecordingFile file(Path path) throws Exception {
    return new RecordingFile(
        new FakeDisk(path),
        "name",
        10_000,
        List.of(new Interface("a", "inside", LinkType.ETHERNET)),
        START);
  }

  private static RecordedPacket packet(int length) {
    return new RecordedPacket(Leg.INSIDE, false, 0, new byte[length], "before");
  }

  @Test
  @DisplayName("OWN-3 written packets are readable and counted a tenth of a second later")
  void flushesAfterATenthOfASecond() throws Exception {
    Path path = directory.resolve("a.pcapng");
    try (RecordingFile file = file(path)) {
      assertThat(file.waitNanos(START)).isEqualTo(Long.MAX_VALUE);
      file.write(packet(60));
      assertThat(file.waitNanos(START + 1)).isEqualTo(TENTH - 1);
      file.flushIfDue(START + TENTH - 1);
      assertThat(Files.size(path)).isZero();
      assertThat(file.packets()).isZero();
      file.flushIfDue(START + TENTH);
      assertThat(file.packets()).isOne();
      assertThat(file.bytes()).isPositive().isEqualTo(Files.size(path));
      assertThat(file.waitNanos(START + TENTH)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  @DisplayName("OWN-3 packets that belong together fit together or not at all")
  void refusesPacketsThatDoNotFitTogether() throws Exception {
    try (RecordingFile file = file(directory.resolve("a.pcapng"))) {
      assertThat(file.hasRoomFor(List.of(packet(4_000), packet(4_000)))).isTrue();
      assertThat(file.hasRoomFor(List.of(packet(4_000), packet(4_000), packet(4_000)))).isFalse();
      file.write(packet(4_000));
      assertThat(file.hasRoomFor(List.of(packet(4_000), packet(4_000)))).isFalse();
    }
  }
}
