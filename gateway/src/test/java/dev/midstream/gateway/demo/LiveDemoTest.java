package dev.midstream.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.gateway.Midstream;
import dev.midstream.gateway.network.Network;
import dev.midstream.gateway.network.Privilege;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration, where its parts are short; and where it may not make a network. */
@Tag("live")
class LiveDemoTest {
  private static final String NO_NAME_SPACES =
      "for kind in user net; do echo 0 >/proc/sys/user/max_${kind}_namespaces; done; exec \"$@\"";

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("OWN-3 the conversation and the page are edited, and the box ends in order")
  void playsScenes() throws IOException {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
    StringWriter out = new StringWriter();
    List<Verdict> verdicts = new ArrayList<>();
    try (Stage stage = new Stage(directory, program(), screen(out))) {
      stage.play(
          "short",
          () -> Network.make(1_500),
          true,
          List.of(new GreetingScene(), new WebScene()),
          verdicts);
    }
    assertThat(verdicts).as(out.toString()).hasSize(2).allMatch(Verdict::passed);
    assertThat(out.toString()).contains("server hears  Hi there", "<h1>Hi there</h1>");
    assertThat(directory.resolve("short-events.jsonl")).isNotEmptyFile();
    assertThat(directory.resolve("short-before-and-after.pcapng")).isNotEmptyFile();
  }

  @Test
  @DisplayName("OWN-3 without the right to make a network it says so and rewrites a recording")
  void rewritesARecordingInstead() throws Exception {
    String missing = Privilege.missingForNobody();
    assumeTrue(missing == null, () -> "skipped: no user name spaces: " + missing);
    List<String> command = new ArrayList<>(Privilege.AS_NOBODY);
    command.addAll(List.of("sh", "-c", NO_NAME_SPACES, "sh"));
    command.addAll(program().command("demo", "--directory", directory.toString()));
    File said = directory.resolve("said").toFile();
    int exitCode =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start()
            .waitFor();
    String text = Files.readString(said.toPath(), StandardCharsets.UTF_8);
    assertThat(exitCode).as(text).isZero();
    assertThat(text)
        .contains("a private network cannot be made here, reason=")
        .containsPattern("a recording +passed +4 greetings replaced")
        .contains(directory.resolve("out.pcap").toString());
  }

  private static Program program() {
    return new Program(Midstream.class.getName());
  }

  private static Screen screen(StringWriter out) {
    return new Screen(new PrintWriter(out), new PrintWriter(out), false, System::nanoTime);
  }
}
