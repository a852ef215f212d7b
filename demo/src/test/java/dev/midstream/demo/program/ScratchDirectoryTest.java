package dev.midstream.demo.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchDirectoryTest {
  @TempDir private Path elsewhere = Path.of("");

  @Test
  @DisplayName("OWN-3 nothing of it is left, and what its links lead to stays")
  void removesAllThatLiesInIt() throws IOException {
    Path kept = Files.writeString(elsewhere.resolve("kept"), "x");
    Path path;
    try (ScratchDirectory scratch = new ScratchDirectory("midstream-test-")) {
      path = scratch.path();
      Path below = Files.createDirectories(path.resolve("a/b"));
      Files.writeString(below.resolve("file"), "x");
      Files.createSymbolicLink(below.resolve("link"), elsewhere);
      assertThat(below.resolve("link/kept")).exists();
    }
    assertThat(path).doesNotExist();
    assertThat(kept).exists();
  }
}
