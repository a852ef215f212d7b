package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of configurations that the README and the page of each agent show. */
class DocumentedExamplesTest {
  private static final Path TREE = Path.of("..");
  private static final List<String> AGENTS = List.of("substitute", "ftp", "http", "smtp");
  private static final String PORT = "port: { kind: afpacket, inside: in0, outside: out0 }\n";

  /** Indented lines around one that begins the rules. */
  private static final Pattern EXAMPLE =
      Pattern.compile("(?m)(?:^    .*\n)*^    rules:\n(?:^    .*\n)+");

  @TempDir private Path directory = Path.of("");

  static Stream<String> pages() {
    return Stream.concat(
        Stream.of("README.md", "docs/ftp.md", "docs/http.md", "docs/smtp.md"),
        AGENTS.stream().map(name -> "agents-" + name + "/README.md"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  @DisplayName("OWN-4 an example can be run as it stands, with a port and without a warning")
  void canBeRun(String page) throws IOException, ConfigurationException {
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(TREE.resolve(page)))
            .results()
            .map(found -> found.group().indent(-4))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      Path file = Files.writeString(directory.resolve("run.yaml"), PORT + example);
      Configuration read = ConfigurationFile.load(file, ConfigurationFile.Purpose.INLINE);
      assertThat(read.warnings()).as(example).isEmpty();
    }
  }
}
