package dev.midstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What .ci/run makes of skipped tests, and the list of those that may be. */
class SkippedTestsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path ALLOWED = Path.of(".ci/allowed-skips.txt");
  private static final String REPORTS = "target/surefire-reports";
  private static final String SKIPPED =
      """
        <testcase name="%s" classname="dev.midstream.%s" time="0.0">
          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j\
      .TestAbortedException: Assumption failed: skipped: no tshark on the path
      	at org.junit]]></skipped>
        </testcase>
      """;
  private static final String PASSED =
      "<testcase name=\"passes\" classname=\"dev.midstream.PassingTest\" time=\"0.1\"/>\n";

  @TempDir private Path tree = Path.of("");

  @BeforeEach
  void allow() throws IOException {
    Files.createDirectories(tree.resolve(".ci"));
    Files.writeString(
        tree.resolve(ALLOWED), "# a comment\ndev.midstream.OneTest.skips   a machine\n");
  }

  @Test
  @DisplayName("a skipped test that is not allowed fails the run, by its name and reason")
  void refusesSkippedTests() throws Exception {
    report("one", "dev.midstream.OneTest", SKIPPED.formatted("skips", "OneTest") + PASSED);
    report("two", "dev.midstream.OtherTest", PASSED + SKIPPED.formatted("skips", "OtherTest"));

    assertThat(run()).containsExactly("1", refused("OtherTest.skips"));
  }

  @Test
  @DisplayName("a class that is skipped as a whole, and one case of a test, count too")
  void refusesSkippedClassesAndCases() throws Exception {
    report(
        "one",
        "dev.midstream.OneTest",
        SKIPPED.formatted("", "LiveTest") + SKIPPED.formatted("cases(String)[1]", "CaseTest"));

    assertThat(run()).containsExactly("1", refused("CaseTest.cases"), refused("LiveTest"));
  }

  @Test
  @DisplayName("allowed tests may be skipped, in each of their cases, and need not be")
  void acceptsAllowedSkips() throws Exception {
    report("one", "dev.midstream.OneTest", SKIPPED.formatted("skips{int}[2]", "OneTest"));
    assertThat(run()).containsExactly("0");
    report("one", "dev.midstream.OneTest", PASSED);
    assertThat(run()).containsExactly("0");
  }

  @Test
  @DisplayName("a build without any report fails the run")
  void refusesATreeWithoutReports() throws Exception {
    assertThat(run()).containsExactly("1", "no reports of tests");
  }

  @Test
  @DisplayName("each allowed skip names a test that is there, and what the machine lacks")
  void allowsOnlyTestsThatExist() throws IOException {
    for (String line : Files.readAllLines(ROOT.resolve(ALLOWED))) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] words = line.split(" +", 2);
      int dot = words[0].lastIndexOf('.');
      String source = words[0].substring(0, dot).replace('.', '/') + ".java";
      assertThat(sources(source))
          .as(line)
          .singleElement()
          .satisfies(file ->
              assertThat(file).content().contains("void " + words[0].substring(dot + 1) + "("));
      assertThat(words).as(line).hasSize(2);
    }
  }

  private static List<Path> sources(String name) throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/test/java").resolve(name))
          .filter(Files::exists)
          .toList();
    }
  }

  private static String refused(String test) {
    return "skipped: dev.midstream." + test + " (skipped: no tshark on the path)";
  }

  private void report(String module, String name, String cases) throws IOException {
    Path reports = Files.createDirectories(tree.resolve(module).resolve(REPORTS));
    Files.writeString(
        reports.resolve("TEST-" + name + ".xml"), "<testsuite>\n" + cases + "</testsuite>\n");
  }

  /** The exit code and the lines that the script prints for the tree. */
  private List<String> run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(ROOT.resolve(".ci/skipped").toString(), tree.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    return Stream.concat(Stream.of(Integer.toString(process.waitFor())), lines.stream()).toList();
  }
}
