package dev.midstream.wire.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.Captures;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Compares every header field of real captures with the output of tshark. */
@Tag("slow")
class FrameViewTsharkTest {
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> readsHeaderFieldsLikeTshark() throws IOException {
    assumeTrue(Tshark.isAvailable(), "no tshark on the path");
    List<Path> files = Captures.recorded();
    Iterator<TsharkFrame> expected =
        Tshark.read(Tshark.merge(files, folder.resolve("merged.pcapng"))).iterator();
    return Stream.concat(
        files.stream()
            .map(file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(), () -> compare(file, expected))),
        Stream.of(DynamicTest.dynamicTest("the end", () -> assertThat(expected).isExhausted())));
  }

  private static void compare(Path file, Iterator<TsharkFrame> expected) throws IOException {
    FrameView view = new FrameView();
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next(packet)) {
        FrameKind kind = view.read(packet);
        expected.next().compare(kind, view);
      }
    }
  }
}
