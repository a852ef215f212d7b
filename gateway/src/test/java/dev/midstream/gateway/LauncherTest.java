package dev.midstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a tree of its own, with a JDK that echoes how it was started. */
class LauncherTest {
  @TempDir private Path directory = Path.of("");
  private Path tree = Path.of("");
  private Path jdk = Path.of("");

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(directory.resolve("a tree"));
    Files.createDirectories(tree.resolve(".mvn"));
    for (String file : List.of("midstream", ".mvn/find-tools.sh", ".mvn/maven.properties")) {
      Files.copy(Path.of("..").resolve(file), tree.resolve(file));
    }
    Files.createDirectories(tree.resolve("gateway/src/main"));
    Files.createDirectories(tree.resolve("gateway/target/author"));
    Files.writeString(tree.resolve("pom.xml"), "");
    Files.writeString(tree.resolve("gateway/pom.xml"), "");
    Files.writeString(tree.resolve("gateway/target/author/midstream.jar"), "");
    jdk = makeJdk("jdk of today", "25.0.3");
  }

  @Test
  @DisplayName("started through a symbolic link, it passes the arguments unchanged")
  void passesArgumentsUnchanged() throws Exception {
    markBuilt();
    Path link = Files.createSymbolicLink(directory.resolve("link"), tree.resolve("midstream"));

    Result result = run(link, Map.of("JAVA_HOME", jdk.toString()), "check", "a  b", "*", "");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.lines().getFirst()).isEqualTo(jdk.resolve("bin/java").toString());
    assertThat(result.lines()).contains(tree.toRealPath() + "/gateway/target/author/midstream.jar");
    assertThat(result.lines()).endsWith("check", "a  b", "*", "");
  }

  @Test
  @DisplayName("the program replaces the launcher, so that a signal reaches it")
  void replacesItselfByTheProgram() throws Exception {
    markBuilt();

    Result result = run(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString()));

    assertThat(result.lines().get(1)).isEqualTo(Long.toString(result.pid()));
  }

  @Test
  @DisplayName("a JDK of another version is skipped, in JAVA_HOME and on PATH")
  void skipsJdksOfOtherVersions() throws Exception {
    markBuilt();
    Path older = makeJdk("older", "17.0.15");
    Path found = makeJdk("home/.m2/jdks/jdk-25", "25");
    Map<String, String> environment =
        Map.of("JAVA_HOME", older.toString(), "PATH", older + "/bin:/usr/bin:/bin");

    Result result = run(tree.resolve("midstream"), environment);

    assertThat(result.lines().getFirst()).isEqualTo(found.resolve("bin/java").toString());
  }

  @ParameterizedTest
  @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "'', C.UTF-8", "de_DE.UTF-8, de_DE.UTF-8"})
  @DisplayName("file names beyond ASCII work in every locale")
  void acceptsNonAsciiFileNamesInAnyLocale(String given, String used) throws Exception {
    markBuilt();

    Result result =
        run(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", given));

    assertThat(result.lines().get(2)).isEqualTo(used);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+PrintFlagsFinal", "-XX:SharedArchiveFile=/no/such/archive"})
  @DisplayName(
      "OWN-3 tables and warnings of the JVM go to stderr: stdout holds the program's output")
  void sendsOutputOfTheJvmToStderr(String causesOutput) throws Exception {
    markBuilt();
    Result echoed = run(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString()));
    List<String> flags =
        echoed.lines().stream().skip(3).takeWhile(argument -> !argument.equals("-jar")).toList();
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(List.of(causesOutput, "--version"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    Result result = run(java, Map.of(), arguments.toArray(String[]::new));

    assertThat(result.lines()).as("the version only").hasSize(3);
    assertThat(result.err()).isNotEmpty();
  }

  @Test
  @DisplayName("it builds itself once when a source is newer, without the checks of verify")
  void buildsItselfWhenASourceIsNewer() throws Exception {
    markBuilt();
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path home = Files.createDirectories(directory.resolve("home"));
    writeTool(bin.resolve("mvn"), LauncherTools.ECHOING_MAVEN);
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.toString(), "PATH", bin + ":/usr/bin:/bin");
    run(tree.resolve("midstream"), environment);
    assertThat(home.resolve("builds")).doesNotExist();

    Files.writeString(tree.resolve("gateway/src/main/New.java"), "");
    run(tree.resolve("midstream"), environment);
    Result result = run(tree.resolve("midstream"), environment, "check");

    assertThat(result.lines()).as(result.err()).endsWith("check");
    assertThat(home.resolve("builds")).hasContent("-B -Pauthor -pl gateway -am package");
  }

  @Test
  @DisplayName("it trains itself once for each JDK, and starts with what was learnt")
  void startsWithWhatWasLearnt() throws Exception {
    markBuilt();
    Path home = Files.createDirectories(directory.resolve("home"));
    String cache = tree.toRealPath() + "/gateway/target/author/midstream.aot";
    writeTool(jdk.resolve("bin/java"), LauncherTools.LEARNING_JAVA);
    Path launcher = tree.resolve("midstream");

    run(launcher, Map.of("JAVA_HOME", jdk.toString()), "check");
    Result second = run(launcher, Map.of("JAVA_HOME", jdk.toString()), "check");
    assertThat(second.lines()).contains("-XX:AOTCache=" + cache).endsWith("check");
    assertThat(second.err()).isEmpty();
    assertThat(home.resolve("trainings")).hasContent(cache);

    Path other = makeJdk("jdk of tomorrow", "25.0.4");
    Result without = run(launcher, Map.of("JAVA_HOME", other.toString()), "check");
    assertThat(without.err()).contains("midstream: not trained, log in");
    assertThat(without.lines()).doesNotContain("-XX:AOTCache=" + cache).endsWith("check");
    Result again = run(launcher, Map.of("JAVA_HOME", other.toString()), "check");
    assertThat(again.err()).as("it is not tried again").isEmpty();
  }

  @Test
  @DisplayName("it trains itself once for each collector, too")
  void startsWithWhatWasLearntWithItsCollector() throws Exception {
    markBuilt();
    Path home = Files.createDirectories(directory.resolve("home"));
    String built = tree.toRealPath() + "/gateway/target/author/";
    writeTool(jdk.resolve("bin/java"), LauncherTools.LEARNING_JAVA);
    Path launcher = tree.resolve("midstream");
    Map<String, String> withZ = Map.of("JAVA_HOME", jdk.toString(), "MIDSTREAM_COLLECTOR", "Z");

    run(launcher, Map.of("JAVA_HOME", jdk.toString()), "check");
    run(launcher, withZ, "check");
    Result again = run(launcher, withZ, "check");

    assertThat(again.lines())
        .contains("-XX:+UseZGC", "-XX:AOTCache=" + built + "midstream-Z.aot")
        .endsWith("check");
    assertThat(Files.readAllLines(home.resolve("trainings")))
        .containsExactly(built + "midstream.aot", built + "midstream-Z.aot");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a cache that the JVM would refuse in silence is made anew, with a JVM of this JDK")
  void replacesARefusedCache(Refusal refusal) throws Exception {
    Path jar = tree.resolve("gateway/target/author/midstream.jar");
    LearningProgram.pack(jar);
    markBuilt();
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));
    Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
    Map<String, String> strict = new HashMap<>(environment);
    strict.put("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on"); // ends where the cache is not used
    Path launcher = tree.resolve("midstream");

    assertThat(run(launcher, environment, "check").err()).contains("midstream: trained in");
    assertThat(run(launcher, environment, "check").err()).isEmpty();
    Result trained = run(launcher, strict, "check");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.lines()).containsExactly("check");

    switch (refusal) {
      case CUT -> cut(jar.resolveSibling("midstream.aot"));
      case OTHER_PROGRAM -> Files.setLastModifiedTime(jar, FileTime.fromMillis(2_000_000));
    }
    assertThat(run(launcher, environment, "check").err()).contains("midstream: trained in");
    trained = run(launcher, strict, "check");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(run(launcher, environment, "check").err()).isEmpty();
  }

  /** Why a JVM refuses a cache. */
  enum Refusal {
    /** The end of the file is missing. */
    CUT,
    /** The program was copied, and is as old as the copy. */
    OTHER_PROGRAM
  }

  private static void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileChannel ignored = channel.truncate(channel.size() / 2);
    }
  }

  @Test
  @DisplayName("a cache that the JVM does not use after the training is not kept")
  void keepsNoUselessCache() throws Exception {
    markBuilt();
    Files.createDirectories(directory.resolve("home"));
    String refusing = "*AOTMode=on*) echo refused >&2; exit 1 ;;\n  *) printf";
    writeTool(jdk.resolve("bin/java"), LauncherTools.LEARNING_JAVA.replace("*) printf", refusing));

    Result result = run(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString()), "check");

    assertThat(result.err()).contains("midstream: not trained, log in");
    assertThat(result.lines()).endsWith("check");
    assertThat(tree.resolve("gateway/target/author/midstream.aot")).doesNotExist();
    assertThat(tree.resolve("target/training.log")).content().contains("refused");
  }

  @Test
  @DisplayName("two starts that train without flock(1) do not write to one file")
  void trainsBesideAnother() throws Exception {
    markBuilt();
    Path home = Files.createDirectories(directory.resolve("home"));
    Path built = tree.resolve("gateway/target/author");
    writeTool(jdk.resolve("bin/java"), LauncherTools.TWO_LEARNING_JAVA);
    Map<String, String> withoutFlock =
        Map.of("JAVA_HOME", jdk.toString(), "PATH", toolsWithoutFlock().toString());

    Process first = start(tree.resolve("midstream"), withoutFlock, "check");
    Process second = start(tree.resolve("midstream"), withoutFlock, "check");

    assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(second.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readAllLines(home.resolve("trainings"))).hasSize(2).doesNotHaveDuplicates();
    assertThat(built.resolve("midstream.aot")).hasContent("learnt");
    try (Stream<Path> files = Files.list(built)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("midstream.jar", "midstream.aot", "midstream.aot.jdk");
    }
  }

  private Path toolsWithoutFlock() throws IOException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    try (Stream<Path> all = Files.list(Path.of("/usr/bin"))) {
      for (Path tool : all.toList()) {
        if (!tool.endsWith("flock")) {
          Files.createSymbolicLink(tools.resolve(tool.getFileName()), tool);
        }
      }
    }
    return tools;
  }

  @Test
  @DisplayName("a signal while it trains itself ends the training, too, and it tries again")
  void endsItsTraining() throws Exception {
    markBuilt();
    Path home = Files.createDirectories(directory.resolve("home"));
    writeTool(jdk.resolve("bin/java"), LauncherTools.SLOW_JAVA);
    Process process = start(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString()));
    Path noted = home.resolve("learner");
    for (int i = 0; i < 600 && !(Files.exists(noted) && Files.size(noted) > 1); i++) {
      assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    }
    ProcessHandle learner =
        ProcessHandle.of(Long.parseLong(Files.readString(noted).strip())).orElseThrow();

    process.destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(learner.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    assertThat(tree.resolve("gateway/target/author/midstream.aot.jdk")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Foo", "serial", "Z -Xmx1g"})
  @DisplayName("another collector than the documented ones is one line and exit code 2")
  void refusesOtherCollectors(String name) throws Exception {
    markBuilt();

    Result result =
        run(
            tree.resolve("midstream"),
            Map.of("JAVA_HOME", jdk.toString(), "MIDSTREAM_COLLECTOR", name));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.lines()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly("midstream: must be one of Serial, G1, Z, MIDSTREAM_COLLECTOR=" + name);
  }

  @Test
  @DisplayName("where it cannot build itself, it reports so in one line")
  void reportsThatItCannotBuild() throws Exception {
    Files.writeString(tree.resolve("target"), "in the way");

    Result result = run(tree.resolve("midstream"), Map.of("JAVA_HOME", jdk.toString()));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .containsExactly(
            "midstream: cannot build itself, no place to write to directory="
                + tree.toRealPath()
                + "/target");
  }

  /** Makes the tree look newer than its sources, as after a build. */
  private void markBuilt() throws IOException {
    Path stamp = Files.createDirectories(tree.resolve("target")).resolve("built");
    Files.writeString(stamp, "");
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.filter(file -> !file.equals(stamp)).toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      }
    }
  }

  private Path makeJdk(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    for (String tool : List.of("bin/java", "bin/javac")) {
      writeTool(home.resolve(tool), LauncherTools.ECHOING_JAVA);
    }
    return home;
  }

  private static void writeTool(Path file, String script) throws IOException {
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(launcher, environment, arguments);
    int exitCode = process.waitFor();
    return new Result(
        process.pid(),
        exitCode,
        Files.readAllLines(directory.resolve("out")),
        Files.readString(directory.resolve("err")));
  }

  private Process start(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList())
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The output of one start of the launcher. */
  private record Result(long pid, int exitCode, List<String> lines, String err) {}
}
