package dev.midstream.gateway.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedFileTest {
  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("OWN-3 a new file is for its owner and group only, an existing one stays as it is")
  void keepsNewFilesFromOthers() throws IOException {
    Path created = directory.resolve("new");
    Path open = Files.writeString(directory.resolve("old"), "old ");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

    append(created, "first");
    append(open, "new");

    assertThat(permissions(created)).matches("rw-(r-|--)----");
    assertThat(permissions(open)).isEqualTo("rw-rw-rw-");
    assertThat(open).hasContent("old new");
  }

  @Test
  @DisplayName("OWN-3 a file has one writer, by any of its names, until that one closes it")
  void refusesASecondWriter() throws IOException {
    Path file = directory.resolve("file");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    try (FileChannel _ = OwnedFile.open(file)) {
      assertThatThrownBy(() -> OwnedFile.open(link).close())
          .isInstanceOf(FileInUseException.class)
          .hasMessage("another program writes to it");
    }
    append(link, "later");
    assertThat(file).hasContent("later");
  }

  @Test
  @DisplayName("OWN-3 a device may have several writers")
  void sharesDevices() throws IOException {
    Path device = Path.of("/dev/null");
    assumeThat(device).as("this system has no /dev/null").exists();
    try (FileChannel one = OwnedFile.open(device);
        FileChannel other = OwnedFile.open(device)) {
      assertThat(one.write(ByteBuffer.allocate(1)) + other.write(ByteBuffer.allocate(1)))
          .isEqualTo(2);
    }
  }

  private static void append(Path file, String text) throws IOException {
    try (FileChannel channel = OwnedFile.open(file)) {
      int ignored = channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
