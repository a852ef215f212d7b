package dev.midstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What .ci/run prints of the times of test classes. */
class LongestTestsTest {
  @TempDir private Path tree = Path.of("");

  @Test
  @DisplayName("the longest classes of all modules stand first, each run of a class for itself")
  void sortsClassesByTheirTimes() throws Exception {
    report("one", "surefire-reports", "OneTest", "3.42");
    report("two", "surefire-reports", "LongTest", "1,203.5");
    report("two", "surefire-reports-moving", "LongTest", "30");

    assertThat(run())
        .containsExactly(
            "0", "  1203.5 dev.LongTest", "    30.0 dev.LongTest (moving)", "     3.4 dev.OneTest");
  }

  @Test
  @DisplayName("no more than 25 are listed")
  void listsTwentyFive() throws Exception {
    for (int number = 10; number < 40; number++) {
      report("one", "surefire-reports", "N" + number + "Test", Integer.toString(number));
    }

    assertThat(run()).hasSize(1 + 25).endsWith("    15.0 dev.N15Test");
  }

  @Test
  @DisplayName("a build without any report has no longest class")
  void refusesATreeWithoutReports() throws Exception {
    assertThat(run()).containsExactly("1", "no reports of tests");
  }

  private void report(String module, String directory, String name, String seconds)
      throws IOException {
    Path reports = Files.createDirectories(tree.resolve(module).resolve("target/" + directory));
    Files.writeString(
        reports.resolve("TEST-dev." + name + ".xml"),
        """
        <?xml version="1.0"?>
        <testsuite version="3.0.2" name="dev.%1$s" time="%2$s" tests="1">
          <testcase name="passes" classname="dev.%1$s" time="9"/>
        </testsuite>
        """
            .formatted(name, seconds));
  }

  /** The exit code and the lines that the script prints for the tree. */
  private List<String> run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("../.ci/longest").toString(), tree.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    return Stream.concat(Stream.of(Integer.toString(process.waitFor())), lines.stream()).toList();
  }
}
