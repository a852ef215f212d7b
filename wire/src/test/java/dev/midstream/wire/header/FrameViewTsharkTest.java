package dev.midstream.wire.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Compares every header field of real captures with the output of tshark. */
@Tag("slow")
class FrameViewTsharkTest {
  private static final Path CAPTURES = Path.of("../../shared/captures");

  @TestFactory
  Stream<DynamicTest> readsHeaderFieldsLikeTshark() throws IOException {
    assumeTrue(Files.isDirectory(CAPTURES), () -> "skipped: no recorded captures at " + CAPTURES);
    assumeTrue(Tshark.isAvailable(), "no tshark on the path");
    List<Path> files;
    try (Stream<Path> all = Files.walk(CAPTURES)) {
      files = all.filter(file -> file.toString().matches(".*\\.pcap(ng)?")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    Map<Path, List<TsharkFrame>> expected =
        files.parallelStream().collect(Collectors.toConcurrentMap(file -> file, Tshark::read));
    return files.stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () -> compare(file, Objects.requireNonNull(expected.get(file)))));
  }

  private static void compare(Path file, List<TsharkFrame> expected) throws IOException {
    FrameView view = new FrameView();
    Packet packet = new Packet();
    int number = 0;
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next(packet)) {
        FrameKind kind = view.read(packet);
        expected.get(number++).compare(kind, view);
      }
    }
    assertThat(number).isEqualTo(expected.size());
  }
}
