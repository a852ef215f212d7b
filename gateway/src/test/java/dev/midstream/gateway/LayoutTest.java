package dev.midstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Compares the source tree with its documentation. */
class LayoutTest {
  private static final Path TREE = Path.of("..");
  private static final String ENGINE_BENCHMARK =
      "bench/src/main/java/dev/midstream/bench/engine/EngineBenchmark.java";
  private static final Pattern BORDER = Pattern.compile("dontinline,([\\w.]+)::(\\w+)");
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  @Test
  @DisplayName("OWN-1 the owner's names stand at the top, and every module has a README")
  void everyModuleHasAReadme() throws IOException {
    List<String> modules = modules();
    String readme = Files.readString(TREE.resolve("README.md"));

    assertThat(modules).contains("modcmd", "reassembly", "cluster-state", "bench", "fuzz");
    for (String module : modules) {
      assertThat(TREE.resolve(module).resolve("README.md")).isRegularFile();
      assertThat(readme).contains("| [" + module + "](" + module + ") | ");
    }
  }

  @Test
  @DisplayName("OWN-4 the list of versions for authors has those of the program")
  void theListOfVersionsIsTheProgramsOwn() throws IOException {
    String bom = Files.readString(TREE.resolve("bom/pom.xml"));
    String pom = Files.readString(TREE.resolve("pom.xml"));

    assertThat(bom).contains("<artifactId>bom</artifactId>\n  " + line(pom, "version"));
    for (String version : List.of("junit.version", "jazzer.version")) {
      assertThat(bom).contains(line(pom, version).replace(version, "version"));
    }
  }

  private static String line(String pom, String element) {
    return pom.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("<" + element + ">"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("a module has a limit of coverage, or does without JaCoCo")
  void coverageIsMeasuredWhereItHasALimit() throws IOException {
    List<String> measured = new ArrayList<>();
    for (String module : modules()) {
      String pom = Files.readString(TREE.resolve(module).resolve("pom.xml"));
      boolean hasParent = pom.contains("<parent>");
      boolean hasLimit = pom.contains("<coverage.branches>");
      if (hasLimit) {
        measured.add(module);
      }
      assertThat(pom.contains("<jacoco.skip>true<")).as(module).isEqualTo(hasParent && !hasLimit);
    }
    assertThat(measured).containsExactly("agent-api", "modcmd", "reassembly");
  }

  @Test
  @DisplayName("the README of a module lists every package")
  void everyPackageIsListedInItsReadme() throws IOException {
    for (String module :
        List.of(
            "modcmd",
            "wire",
            "reassembly",
            "cluster-state",
            "cluster-engines",
            "cluster-jgroups",
            "cluster-tables",
            "cluster-ca",
            "worlds",
            "testkit",
            "demo",
            "gateway",
            "bench")) {
      String readme = Files.readString(TREE.resolve(module).resolve("README.md"));
      String folder = module.replace("cluster-state", "cluster").replace("cluster-", "");
      Path root = TREE.resolve(module).resolve("src/main/java/dev/midstream").resolve(folder);
      for (Path directory : packagesIn(root)) {
        String name = root.relativize(directory).toString().replace('/', '.');
        assertThat(readme).as(module).contains(name.isEmpty() ? "| (root) |" : "`" + name + "`");
      }
    }
  }

  @Test
  @DisplayName("OWN-5 the README says how to run each benchmark")
  void everyBenchmarkIsDocumented() throws IOException {
    String readme = Files.readString(TREE.resolve("bench/README.md"));
    List<String> benchmarks;
    try (Stream<Path> files = Files.walk(TREE.resolve("bench/src/main"))) {
      benchmarks =
          files
              .map(Path::toString)
              .filter(name -> name.endsWith("Benchmark.java"))
              .map(name -> name.replaceAll(".*/|[.]java$", ""))
              .toList();
    }
    assertThat(benchmarks).isNotEmpty().allSatisfy(name -> assertThat(readme).contains(name));
  }

  @Test
  @DisplayName("the JVM flags name methods that exist, the same ones in the benchmark")
  void theFlagsNameMethods() throws Exception {
    List<String> borders = borders(".mvn/find-tools.sh");

    assertThat(borders).hasSize(3);
    assertThat(borders(ENGINE_BENCHMARK)).isEqualTo(borders);
    for (String border : borders) {
      String className = border.replaceAll("::.*", "");
      assertThat(Class.forName(className).getDeclaredMethods())
          .extracting(method -> className + "::" + method.getName())
          .contains(border);
    }
  }

  private static List<String> borders(String file) throws IOException {
    return BORDER
        .matcher(Files.readString(TREE.resolve(file)))
        .results()
        .map(result -> result.group(1) + "::" + result.group(2))
        .toList();
  }

  private static List<String> modules() throws IOException {
    return MODULE
        .matcher(Files.readString(TREE.resolve("pom.xml")))
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }

  private static List<Path> packagesIn(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> file.resolveSibling(""))
          .map(Path::normalize)
          .toList();
    }
  }
}
