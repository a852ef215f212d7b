package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The tag {@code alone} of classes beside which no other one runs: they start several nodes, or
 * have little time.
 */
class AloneTest {
  private static final Path TESTS = Path.of("src/test/java/dev/midstream/gateway/live");
  private static final String OF_CLASS = "\n@Tag(\"alone\")\n";

  /** What classes use that start a cluster, or that know when the kernel takes over. */
  private static final Pattern DISTURBED = Pattern.compile("\\b(ClusterDiary|CrashNetwork)\\b");

  @Test
  @DisplayName("tests of clusters and crashes run alone")
  void clustersAndCrashesAreAlone() throws IOException {
    int disturbed = 0;
    for (Map.Entry<String, String> test : tests().entrySet()) {
      if (DISTURBED.matcher(test.getValue()).find()) {
        disturbed++;
        assertThat(test.getValue()).as(test.getKey()).contains(OF_CLASS);
      }
    }
    assertThat(disturbed).isGreaterThan(10);
  }

  /** Both runs write a report for each of their classes to one directory. */
  @Test
  @DisplayName("all tests of a class run alone, or none")
  void wholeClassesAreAlone() throws IOException {
    for (Map.Entry<String, String> test : tests().entrySet()) {
      String others = test.getValue().replace(OF_CLASS, "\n");
      assertThat(others).as(test.getKey()).doesNotContain("Tag(\"alone\")");
    }
  }

  /** The texts of the test classes of this package, by their files. */
  private static Map<String, String> tests() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(TESTS)) {
      files = all.filter(file -> file.toString().matches(".*/(Live|Soak)\\w*Tests?.java")).toList();
    }
    Map<String, String> texts = new TreeMap<>();
    for (Path file : files) {
      texts.put(file.getFileName().toString(), Files.readString(file));
    }
    return texts;
  }
}
