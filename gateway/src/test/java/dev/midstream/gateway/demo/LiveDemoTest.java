package dev.midstream.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.Midstream;
import dev.midstream.gateway.network.Network;
import dev.midstream.gateway.network.Privilege;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demonstration: where its parts are short, where something fails, where it may do nothing. */
@Tag("live")
class LiveDemoTest {
  private static final String NO_NAME_SPACES =
      "for kind in user net; do echo 0 >/proc/sys/user/max_${kind}_namespaces; done";
  private static final String NO_SETTINGS =
      "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys";
  private static final int NOT_PREPARED = 77;

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("OWN-3 the conversation and the page are edited, and the box ends in order")
  void playsScenes() throws IOException {
    StringWriter out = new StringWriter();
    List<Verdict> verdicts =
        play(out, Duration.ofMinutes(1), List.of(new GreetingScene(), new WebScene()));
    assertThat(verdicts).as(out.toString()).hasSize(2).allMatch(Verdict::passed);
    assertThat(out.toString()).contains("server hears  Hi there", "<h1>Hi there</h1>");
    assertThat(directory.resolve("short-events.jsonl")).isNotEmptyFile();
    assertThat(directory.resolve("short-before-and-after.pcapng")).isNotEmptyFile();
  }

  @Test
  @DisplayName("OWN-3 every edit of the demonstration is an event, lost to a slow disk at most")
  void writesEveryEditDown() throws IOException {
    LossScene loss = new LossScene();
    List<Verdict> verdicts =
        play(new StringWriter(), Duration.ofMinutes(1), List.of(new DownloadScene(), loss));
    assertThat(verdicts).hasSize(2).allMatch(Verdict::passed);
    List<String> events = Files.readAllLines(directory.resolve("short-events.jsonl"));
    assertThat(events).noneMatch(line -> line.contains("suppressed"));
    long written = events.stream().filter(line -> line.contains("\"reason\":\"edit\"")).count();
    assertThat(written + loss.lost).as("written=%d lost=%d", written, loss.lost).isEqualTo(50_000);
  }

  @Test
  @DisplayName("OWN-3 a scene that does not end has failed, and the next one is played")
  void givesUpAScene() throws IOException {
    List<Verdict> verdicts =
        play(
            new StringWriter(),
            Duration.ofSeconds(2),
            List.of(new EndlessScene(), new GreetingScene()));
    assertThat(verdicts).first().isEqualTo(new Verdict("endless", false, "not over within 2 s"));
    assertThat(verdicts.subList(1, verdicts.size())).hasSize(1).allMatch(Verdict::passed);
  }

  @Test
  @DisplayName(
      "OWN-3 box killed in mid-scene: a verdict, exit code 1; Java's options are no complaint")
  void failsWithItsBox() throws IOException {
    assumeNetworks();
    try (DemoProcess demo = DemoProcess.start(directory, program(), List.of())) {
      demo.awaitText("a download of 200 MB");
      boolean ignored = demo.awaitBox().destroyForcibly();
      assertThat(demo.awaitEnd()).as(demo.text()).isEqualTo(1);
      assertThat(demo.text())
          .containsPattern("a conversation +passed")
          .containsPattern("a download of 200 MB +FAILED +the box ended, exit code 137")
          .containsPattern("the box clean +FAILED +exit code 137, nothing said")
          .containsPattern("20 MB over a bad wire +passed")
          .as("options of the environment are no complaint")
          .contains("Picked up JAVA_TOOL_OPTIONS")
          .doesNotContain("the box bad-wire");
    }
  }

  @Test
  @DisplayName("OWN-3 the demonstration killed: nothing that it started stays")
  void takesItsProcessesAlong() throws IOException {
    assumeNetworks();
    try (DemoProcess demo = DemoProcess.start(directory, program(), List.of())) {
      demo.awaitText("a download of 200 MB");
      ProcessHandle box = demo.awaitBox();
      List<ProcessHandle> started = demo.descendants();
      assertThat(started).contains(box).hasSizeGreaterThan(3);
      demo.kill();
      DemoProcess.await("the end of all", () -> started.stream().noneMatch(DemoProcess::isAtWork));
    }
  }

  @ParameterizedTest(name = "{displayName}: {0}")
  @ValueSource(strings = {NO_NAME_SPACES, NO_SETTINGS})
  @DisplayName("OWN-3 without the right to make a network it says so and rewrites a recording")
  void rewritesARecordingInstead(String preparation) throws IOException {
    String missing = Privilege.missingForNobody();
    assumeTrue(missing == null, () -> "skipped: no user name spaces: " + missing);
    List<String> prefix = new ArrayList<>(Privilege.AS_NOBODY);
    String script = "{ " + preparation + "; } || exit " + NOT_PREPARED + "; exec \"$@\"";
    prefix.addAll(List.of("unshare", "--mount", "sh", "-c", script, "sh"));
    try (DemoProcess demo = DemoProcess.start(directory, program(), prefix)) {
      int exitCode = demo.awaitEnd();
      assumeTrue(exitCode != NOT_PREPARED, "skipped: cannot be prepared");
      assertThat(exitCode).as(demo.text()).isZero();
      assertThat(demo.text())
          .contains("a private network cannot be made here, reason=")
          .containsPattern("a recording +passed +4 greetings replaced")
          .contains(directory.resolve("out.pcap").toString());
    }
  }

  private List<Verdict> play(StringWriter out, Duration patience, List<Scene> scenes)
      throws IOException {
    assumeNetworks();
    List<Verdict> verdicts = new ArrayList<>();
    try (DemoNetwork network = new DemoNetwork(directory, program(), screen(out), patience)) {
      assertThat(network.build(() -> Network.make(1_500))).isNull();
      network.play("short", true, scenes, verdicts);
    }
    return verdicts;
  }

  private static void assumeNetworks() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  private static Program program() {
    return new Program(Midstream.class.getName());
  }

  private static Screen screen(StringWriter out) {
    return new Screen(new PrintWriter(out), new PrintWriter(out), false, System::nanoTime);
  }

  /** Asks the box how many events had no room in its queue, or could not be written. */
  private static final class LossScene implements Scene {
    private volatile long lost;

    @Override
    public String name() {
      return "loss";
    }

    @Override
    public Verdict play(Network network, Screen screen) throws IOException {
      lost = network.box().in(LossScene::ask);
      return new Verdict(name(), true, "");
    }

    private static long ask() throws IOException {
      URLConnection status =
          URI.create("http://127.0.0.1:9400/status").toURL().openConnection(Proxy.NO_PROXY);
      try (InputStream answer = status.getInputStream()) {
        return new JsonMapper().readTree(answer).at("/events/lost").asLong(-1);
      }
    }
  }

  /** Waits for what does not come. */
  private static final class EndlessScene implements Scene {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public Verdict play(Network network, Screen screen) throws IOException {
      LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
      throw new IOException("interrupted");
    }
  }
}
