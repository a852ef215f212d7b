package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code demo} command as a process: undisturbed, killed, and without privileges. */
@Tag("live")
@Tag("alone")
class LiveDemoTest {
  private static final String NO_NAME_SPACES =
      "for kind in user net; do echo 0 >/proc/sys/user/max_${kind}_namespaces; done";
  private static final String NO_SETTINGS =
      "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys";

  /** What becomes of a scene with a server that may be installed. */
  private static final String PLAYED = "(passed|left out +not installed: )";

  private static final String NO_NGINX =
      "mount --bind /dev/null /usr/sbin/nginx 2>/dev/null; exec \"$@\"";
  private static final int NOT_PREPARED = 77;

  /** How long the scene of a cluster may take, with the starts of its nodes. */
  private static final Duration IN_A_CLUSTER = Duration.ofSeconds(90);

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("OWN-3 every scene passes, in a directory of any name, and no edit is suppressed")
  void passesEveryScene() throws IOException {
    Live.assumeNamespaces();
    Path files = Files.createDirectory(directory.resolve("it's \"quoted\": #1 %s ümläut 名"));
    try (DemoProcess demo = DemoProcess.start(files, List.of())) {
      assertThat(demo.awaitEnd()).as(demo.text()).isZero();
      assertThat(demo.text())
          .contains("server hears  Hi there", "<h1>Hi there</h1>")
          .containsPattern("a conversation +passed")
          .containsPattern("a web page +passed")
          .containsPattern("a file by FTP +" + PLAYED)
          .containsPattern("a mail by SMTP +" + PLAYED)
          .containsPattern("a site by HTTP +" + PLAYED)
          .containsPattern("a download of 200 MB +passed")
          .containsPattern("200 MB by the kernel +" + byTheKernel())
          .containsPattern("20 MB over a bad wire +passed")
          .doesNotContain("FAILED");
    }
    assertThat(files.resolve("clean-before-and-after.pcapng")).isNotEmptyFile();
    assertThat(Files.readAllLines(files.resolve("clean-events.jsonl")))
        .isNotEmpty()
        .noneMatch(line -> line.contains("suppressed"));
  }

  /** What becomes of the scene in which the kernel forwards. */
  private static String byTheKernel() {
    return Live.fastPathObstacle() == null
        ? "passed +2 greetings, [0-9]+[.][0-9] MB past the program"
        : "left out +[a-z]";
  }

  @Test
  @DisplayName(
      "OWN-3 HSI-2 the scene of a cluster passes within 90 s: another node goes on with a download")
  void goesOnInACluster() throws IOException {
    Live.assumeNamespaces();
    long beginNanos = System.nanoTime();
    try (DemoProcess demo = DemoProcess.start(directory, List.of(), "--cluster")) {
      assertThat(demo.awaitEnd()).as(demo.text()).isZero();
      assertThat(demo.text())
          .containsPattern("kill -9 of n[123], which edits it, after [0-9,]+ octets")
          .containsPattern("n[123] goes on with it")
          .containsPattern("a download, and a node dies +passed");
    }
    Duration took = Duration.ofNanos(System.nanoTime() - beginNanos);
    System.out.println("demo --cluster: " + took);
    assertThat(took).isLessThan(IN_A_CLUSTER);
  }

  @Test
  @DisplayName(
      "OWN-3 box killed in mid-scene: a verdict, exit code 1; without nginx its scene is left out")
  void failsWithItsBox() throws IOException {
    Live.assumeNamespaces();
    String missing = Privilege.missingInUserNamespace();
    List<String> prefix =
        new ArrayList<>(missing == null ? Privilege.IN_USER_NAMESPACE : List.<String>of());
    prefix.addAll(List.of("unshare", "--mount", "sh", "-c", NO_NGINX, "sh"));
    try (DemoProcess demo = DemoProcess.start(directory, prefix)) {
      demo.awaitText("a download of 200 MB");
      boolean ignored = demo.awaitBox().destroyForcibly();
      assertThat(demo.awaitEnd()).as(demo.text()).isEqualTo(1);
      assertThat(demo.text())
          .containsPattern("a conversation +passed")
          .containsPattern("a file by FTP +" + PLAYED)
          .containsPattern("a mail by SMTP +" + PLAYED)
          .containsPattern("a site by HTTP +left out +not installed: nginx")
          .containsPattern("a download of 200 MB +FAILED +the box ended, exit code 137")
          .containsPattern("the box clean +FAILED +exit code 137, nothing said")
          .containsPattern("20 MB over a bad wire +passed")
          .as("options of the environment are no complaint")
          .contains("Picked up JAVA_TOOL_OPTIONS")
          .doesNotContain("the box bad-wire");
    }
  }

  @Test
  @DisplayName("OWN-3 a killed demonstration leaves no process")
  void leavesNoProcessWhenKilled() throws IOException {
    Live.assumeNamespaces();
    try (DemoProcess demo = DemoProcess.start(directory, List.of())) {
      demo.awaitText("a download of 200 MB");
      ProcessHandle box = demo.awaitBox();
      List<ProcessHandle> started = demo.descendants();
      assertThat(started).contains(box).hasSizeGreaterThan(3);
      demo.kill();
      DemoProcess.await("the end of all", () -> started.stream().noneMatch(DemoProcess::isAlive));
    }
  }

  @ParameterizedTest(name = "{displayName}: {0}")
  @ValueSource(strings = {NO_NAME_SPACES, NO_SETTINGS})
  @DisplayName("OWN-3 without the right to make a network it says so and rewrites a capture")
  void rewritesARecordingInstead(String preparation) throws IOException {
    String missing = Privilege.missingInUserNamespace();
    assumeTrue(missing == null, () -> "skipped: no user name spaces: " + missing);
    List<String> prefix = new ArrayList<>(Privilege.IN_USER_NAMESPACE);
    String script = "{ " + preparation + "; } || exit " + NOT_PREPARED + "; exec \"$@\"";
    prefix.addAll(List.of("unshare", "--mount", "sh", "-c", script, "sh"));
    try (DemoProcess demo = DemoProcess.start(directory, prefix)) {
      int exitCode = demo.awaitEnd();
      assumeTrue(exitCode != NOT_PREPARED, "skipped: cannot be prepared");
      assertThat(exitCode).as(demo.text()).isZero();
      assertThat(demo.text())
          .contains("a private network cannot be made here, reason=")
          .containsPattern("a recording +passed +4 greetings replaced")
          .contains(directory.resolve("out.pcap").toString());
    }
  }
}
