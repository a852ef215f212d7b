package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputPlaceTest {
  @TempDir private Path directory = Path.of("");
  private Path there = Path.of("");
  private Path made = Path.of("");

  @BeforeEach
  void makeFiles() throws IOException {
    there = Files.writeString(directory.resolve("there"), "octets");
    made = directory.resolve("made");
  }

  @Test
  @DisplayName("an existing file is recognised by every name it has")
  void recognisesFileByAnyName() throws IOException {
    assertShared(there, there);
    assertShared(directory.resolve("x/../there"), there);
    assertShared(Files.createSymbolicLink(directory.resolve("link"), Path.of("there")), there);
    assertShared(there, Files.createLink(directory.resolve("second"), there));
  }

  @Test
  @DisplayName("a file that does not exist yet is recognised by every name it will have")
  void recognisesFutureFileByAnyName() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("made"));
    Path elsewhere = Files.createSymbolicLink(directory.resolve("elsewhere"), directory);

    assertShared(made, made);
    assertShared(directory.resolve("x/../made"), made);
    assertShared(link, made);
    assertShared(made, elsewhere.resolve("link"));
    assertShared(elsewhere.resolve("made"), made);
  }

  @Test
  @DisplayName("different files, and a device with several uses, are accepted")
  void acceptsDifferentFiles() throws IOException {
    Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    Path device = Path.of("/dev/null");

    assertThatCode(() -> OutputPlace.checkSeparate("events", made, there, loop))
        .doesNotThrowAnyException();
    assertThatCode(() -> OutputPlace.checkSeparate("events", there, made))
        .doesNotThrowAnyException();
    assertThatCode(() -> OutputPlace.checkSeparate("events", device, device))
        .doesNotThrowAnyException();
    assertThatCode(() -> OutputPlace.checkEvents(null, there)).doesNotThrowAnyException();
  }

  private static void assertShared(Path file, Path other) {
    assertThatThrownBy(() -> OutputPlace.checkSeparate("events", file, other))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": events need a file of their own, shared with=" + other);
  }
}
