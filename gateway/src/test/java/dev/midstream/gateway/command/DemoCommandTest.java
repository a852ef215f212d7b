package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir private Path directory = Path.of("");

  private final StringWriter err = new StringWriter();

  @Test
  void refusesAFileAsDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(run(file)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines()).containsExactly("midstream: " + file + ": is no directory");
  }

  @Test
  void refusesADirectoryThatCannotBeCreated() throws IOException {
    Path below = Files.createFile(directory.resolve("file")).resolve("directory");
    assertThat(run(below)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .isEqualTo("midstream: " + below + ": cannot be made, error=Not a directory");
  }

  private int run(Path files) {
    DemoCommand command =
        new DemoCommand(
            "none",
            (request, summary) -> {
              throw new IOException("rewrites nothing here: " + request);
            },
            false);
    return MidstreamCommand.run(
        new PrintWriter(new StringWriter()),
        new PrintWriter(err),
        Map.of(),
        new String[] {"demo", "--directory", files.toString()},
        command);
  }
}
