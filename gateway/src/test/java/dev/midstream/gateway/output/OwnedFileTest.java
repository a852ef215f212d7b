package dev.midstream.gateway.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
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
  @DisplayName("OWN-3 of two programs one writes to a file, whichever came first")
  void refusesASecondProgram() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "old\n");
    try (FileChannel _ = OwnedFile.open(file)) {
      assertThat(answer(locking(file))).isEqualTo("refused");
    }
    Process writer = start(locking(file));
    try (BufferedReader said = writer.inputReader()) {
      assertThat(said.readLine()).isEqualTo("locked");
      assertThatThrownBy(() -> OwnedFile.open(file).close()).isInstanceOf(FileInUseException.class);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    append(file, "new\n");
    assertThat(file).hasContent("old\nnew\n");
  }

  @Test
  @DisplayName(
      "OWN-3 readers do not stop the writer, also with a lock of flock(1), nor does it them")
  void isFreeForReaders() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "old\n");
    Process reader =
        start("flock", file.toString(), "tail", "--lines=2", "--follow", file.toString());
    try (BufferedReader said = reader.inputReader()) {
      assertThat(said.readLine()).isEqualTo("old");
      try (FileChannel channel = OwnedFile.open(file)) {
        int ignored = channel.write(StandardCharsets.UTF_8.encode("new\n"));
        assertThat(said.readLine()).isEqualTo("new");
        assertThat(answer("tail", "--lines=1", file.toString())).isEqualTo("new");
        assertThat(answer(locking(file))).as("the file is locked still").isEqualTo("refused");
      }
    } finally {
      reader.descendants().forEach(ProcessHandle::destroyForcibly);
      reader.destroyForcibly().waitFor();
    }
  }

  /** A program that opens a file for appending, locks it by fcntl(2) if it can, and waits. */
  private static String[] locking(Path file) {
    String program =
        """
        use Fcntl;
        $| = 1;
        open(F, ">>", $ARGV[0]) or die;
        $lock = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0);
        if (!fcntl(F, F_SETLK, $lock)) { print "refused\\n"; exit }
        print "locked\\n";
        <STDIN>;
        """;
    return new String[] {"perl", "-e", program, file.toString()};
  }

  private static Process start(String... command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The first line that a program says. */
  private static String answer(String... command) throws Exception {
    Process process = start(command);
    try (BufferedReader said = process.inputReader()) {
      return String.valueOf(said.readLine());
    } finally {
      process.destroyForcibly().waitFor();
    }
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
