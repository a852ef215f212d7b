package dev.midstream.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.gateway.output.FileInUseException;
import dev.midstream.gateway.record.FakeDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventOutputTest {
  private static final List<String> THREE = List.of("first\n", "second\n", "third\n");

  @TempDir private Path directory;
  private final List<String> log = new ArrayList<>();
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("events.jsonl");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 0", "6, 1", "7, 1", "12, 1", "13, 2", "18, 2", "99, 3"})
  @DisplayName("OWN-3 a disk that becomes full keeps whole lines only, and they are counted")
  void keepsWholeLines(long roomBytes, int whole) throws IOException {
    EventOutput output = onFirstDisk(new FakeDisk(file).limit(roomBytes));

    assertThat(output.write(THREE)).isEqualTo(whole);
    assertThat(file).hasContent(String.join("", THREE.subList(0, whole)));

    assertThat(output.write(List.of("later\n"))).isOne();
    assertThat(Files.readString(file))
        .isEqualTo(String.join("", THREE.subList(0, whole)) + "later\n");
    output.close();
  }

  @Test
  @DisplayName("OWN-3 a partial line that cannot be removed is ended before the next line")
  void endsATornLine() throws IOException {
    FakeDisk disk =
        new FakeDisk(file) {
          @Override
          public FakeDisk truncate(long size) throws IOException {
            throw new IOException("never shorter");
          }
        };
    EventOutput output = onFirstDisk(disk.limit(9));

    assertThat(output.write(THREE)).isOne();
    assertThat(output.write(List.of("later\n"))).isOne();
    output.close();

    assertThat(Files.readString(file)).isEqualTo("first\nsec\nlater\n");
  }

  @Test
  @DisplayName("OWN-3 a file that was truncated is continued at its start")
  void appendsToATruncatedFile() throws IOException {
    EventOutput output = newOutput();
    output.write(List.of("first\n"));
    Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
        .close();
    output.write(List.of("second\n"));
    output.close();

    assertThat(Files.readString(file)).isEqualTo("second\n");
    assertThat(log).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'old\n', 'old\nnew\n'", "'old\nol', 'old\nol\nnew\n'", "'', 'new\n'"})
  @DisplayName("OWN-3 lines follow those of earlier runs, also where one was killed within a line")
  void appendsToTheFileOfAnEarlierRun(String before, String after) throws IOException {
    Files.writeString(file, before);
    EventOutput output = newOutput();
    assertThat(file).hasContent(before);
    output.write(List.of("new\n"));
    output.close();

    assertThat(Files.readString(file)).isEqualTo(after);
  }

  @Test
  @DisplayName("OWN-3 a file that another program writes is refused and stays as it is")
  void refusesTheFileOfAnotherProgram() throws IOException {
    EventOutput first = newOutput();
    first.write(List.of("first\n"));
    assertThatThrownBy(this::newOutput).isInstanceOf(FileInUseException.class);
    first.write(List.of("second\n"));
    first.close();

    assertThat(file).hasContent("first\nsecond\n");
  }

  @Test
  @DisplayName("OWN-3 opened anew, it writes to the file that has the name now")
  void followsTheNameWhenOpenedAnew() throws IOException {
    Path moved = directory.resolve("events.jsonl.1");
    EventOutput output = newOutput();
    output.write(List.of("first\n"));
    Files.move(file, moved);
    output.reopen();
    assertThat(file).isEmptyFile();
    output.write(List.of("second\n"));
    output.close();

    assertThat(moved).hasContent("first\n");
    assertThat(file).hasContent("second\n");
    assertThat(log).isEmpty();
  }

  private EventOutput newOutput() throws IOException {
    return new EventOutput(file, (level, line) -> log.add(level + " " + line));
  }

  /** The output on the first disk; later ones have room. */
  private EventOutput onFirstDisk(FakeDisk first) throws IOException {
    List<FakeDisk> disks = new ArrayList<>(List.of(first));
    return new EventOutput(
        file,
        path -> disks.isEmpty() ? new FakeDisk(path) : disks.removeFirst(),
        (level, line) -> log.add(level + " " + line));
  }
}
